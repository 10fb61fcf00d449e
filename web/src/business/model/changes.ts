import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import type { RecordOverwritten } from '@/lib/api/types'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import * as api from './api'
import type { Changed, Person } from './api'
import type { RecordList } from './record-list'
import { titles } from './titles'
import { fieldOf, titleOf, type Fields, type Kind, type Rec } from './types'
import { useLabel, usePeople } from './use-kinds'
import { plainText } from './plain-text'

const MOST_BATCHES = 50
/** What was done here, the latest last, for undoing with the keyboard. */
const done: string[] = []

/** Changes of one record leave one after the other: the last that a person made is the last that is stored. */
const lines = new Map<string, Promise<unknown>>()

async function inLine<T>(record: string, run: () => Promise<T>): Promise<T> {
  const turn = (lines.get(record) ?? Promise.resolve()).then(run, run)
  const quiet = turn.catch(() => {})
  lines.set(record, quiet)
  void quiet.then(() => lines.get(record) === quiet && lines.delete(record))
  return turn
}

export const lastBatch = () => done.at(-1)

function remember(batch: string) {
  done.push(batch)
  if (done.length > MOST_BATCHES) done.shift()
}

/** The faults of a refused change by name of field. */
export function faultsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {}
  return Object.fromEntries(error.faults.map(({ path, message }) => [path.replace('$.fields.', ''), message]))
}

function useUndo() {
  const { t } = useTranslation('business')
  const problemText = useProblemText()
  return async (what: { batch: string } | { event: number }) => {
    try {
      const { kept, records } = await api.undo(what)
      if ('batch' in what) done.splice(done.lastIndexOf(what.batch), 1)
      const [first] = kept
      if (first) notify(t('undo.kept', { count: kept.length }), { tone: 'bad' })
      else notify(records === 0 ? t('undo.nothing') : t('undone'))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    api.forgetRead()
  }
}

type Told = { kind: Kind; people: ReadonlyMap<string, Person> }

/** Says whose value was replaced, and offers to put it back. */
function useOverwritten({ kind, people }: Told) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const label = useLabel()
  const problemText = useProblemText()
  return (id: string, all: readonly RecordOverwritten[]) => {
    for (const { field, value, by } of all) {
      const about = fieldOf(kind, field)
      const name = (by && people.get(by)?.name) || t('someone')
      const text = about ? plainText(about, value, { locale, people, yes: t('yes'), no: t('no'), label }) : String(value)
      const restore = () =>
        void api.changeRecord(kind.name, id, { fields: { [field]: value } }, crypto.randomUUID()).then(
          () => notify(t('overwritten.restored')),
          (error) => notify(problemText(error), { tone: 'bad' }),
        )
      notify(t('overwritten', { name, field: label(about?.label ?? field), value: text || t('empty_value') }), { action: { label: t('overwritten.restore'), run: restore } })
    }
  }
}

type Quiet = { quiet?: boolean; list?: RecordList }

/** Changes of records with everything around them: shown at once, told with an undo, refused in words. */
export function useChanges(kind: Kind) {
  const { t } = useTranslation(['business', 'common'])
  const client = useQueryClient()
  const problemText = useProblemText()
  const people = usePeople()
  const undo = useUndo()
  const tellOverwritten = useOverwritten({ kind, people })
  const label = useLabel()
  return useMemo(() => {
    const told = (text: string, batch: string) =>
      notify(text, { action: { label: t('common:undo'), run: () => void undo({ batch }) } })
    const refused = (error: unknown) => notify(problemText(error), { tone: 'bad' })
    const keep = ({ record, others }: Changed) => {
      titles.learn(kind, [record])
      client.setQueryData(api.recordQuery(record.kind, record.id).queryKey, (known) => (known && known.seq > record.seq ? known : record))
      for (const other of others) void client.invalidateQueries({ queryKey: api.recordQuery(other.kind, other.id).queryKey })
      api.forgetRead()
    }
    /** One change; throws when it is refused. */
    async function change(record: Rec, set: { fields?: Fields; owner?: string | null }, { base, list, quiet }: Quiet & { base?: number } = {}) {
      const batch = crypto.randomUUID()
      const ticket = list?.expect(record.id, { fields: set.fields ?? {}, owner: set.owner }) ?? 0
      try {
        const answer = await inLine(record.id, () => api.changeRecord(kind.name, record.id, { version: base ?? record.version, ...set }, batch))
        list?.settle(record.id, answer.record, ticket)
        keep(answer)
        remember(batch)
        if (answer.overwritten.length > 0) tellOverwritten(record.id, answer.overwritten)
        else if (!quiet) {
          const [name = ''] = Object.keys(set.fields ?? {})
          told(t('changed', { field: set.owner === undefined ? label(fieldOf(kind, name)?.label ?? name) : t('owner') }), batch)
        }
        return answer.record
      } catch (error) {
        list?.settle(record.id, null, ticket)
        throw error
      }
    }
    async function create(fields: Fields) {
      const batch = crypto.randomUUID()
      const answer = await api.createRecord(kind.name, fields, batch)
      keep(answer)
      remember(batch)
      told(t('created', { title: titleOf(kind, answer.record) }), batch)
      return answer.record
    }
    /** Deletes several under one batch each, told and undone together. */
    async function remove(records: readonly Rec[], list?: RecordList) {
      const batches: string[] = []
      let first: unknown = null
      for (const record of records) {
        const batch = crypto.randomUUID()
        try {
          keep(await api.deleteRecord(kind.name, record.id, batch))
          batches.push(batch)
          list?.drop(record.id)
        } catch (error) {
          first ??= error
        }
      }
      if (first) refused(first)
      if (batches.length === 0) return false
      const undoAll = async () => {
        for (const batch of batches.toReversed()) await api.undo({ batch }).catch(refused)
        api.forgetRead()
        void list?.reload()
        notify(t('undone'))
      }
      const [record] = records
      const text = batches.length === 1 && record ? t('deleted_one', { title: titleOf(kind, record) }) : t('deleted', { count: batches.length })
      notify(text, { action: { label: t('common:undo'), run: () => void undoAll() } })
      return true
    }
    async function restore(records: readonly Rec[], list?: RecordList) {
      for (const record of records) {
        try {
          keep(await api.restoreRecord(kind.name, record.id, crypto.randomUUID()))
          list?.drop(record.id)
          notify(t('restored', { title: titleOf(kind, record) }))
        } catch (error) {
          refused(error)
        }
      }
    }
    async function run(record: Rec, command: { name: string; label: string }, params: Fields) {
      const batch = crypto.randomUUID()
      const answer = await api.runCommand(kind.name, record.id, command.name, params, batch)
      keep(answer)
      remember(batch)
      told(t('command.done', { command: label(command.label), title: titleOf(kind, answer.record) }), batch)
      return answer
    }
    async function merge(record: Rec, from: string) {
      const batch = crypto.randomUUID()
      keep(await api.mergeRecord(kind.name, record.id, from, batch))
      told(t('merged'), batch)
    }
    return { change, create, remove, restore, run, merge, undo, refused }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [kind, client, people, t])
}

export type Changes = ReturnType<typeof useChanges>
