import { useQueries } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { listQuery } from '../model/api'
import { faultsOf, useChanges } from '../model/changes'
import { firstColumns, isReadOnly, type Condition, type Field, type Fields, type Kind, type Rec } from '../model/types'
import { useDraft } from '../model/use-draft'
import { useKinds, useLabel } from '../model/use-kinds'
import { FormField } from '../parts/form-field'
import { narrowing, ownOrder } from '../parts/option-pickers'

const isSet = (value: unknown) => value !== null && value !== undefined && value !== ''

/** What a required link can point to, when there is no need to ask: the first in its own order. */
function useObvious(kind: Kind, draft: ReturnType<typeof useDraft>) {
  const kinds = useKinds()
  const { fields, set } = draft
  const links = kind.fields.filter((field) => field.type === 'link' && field.required && !isSet(fields[field.name]))
  const asks = links.flatMap((field) => {
    const target = field.type === 'link' ? kinds.find(({ name }) => name === field.to) : undefined
    // A link that depends on another waits for it.
    const conditions: Condition[] = narrowing(kinds, kind, field, fields)
    const waits = links.some((other) => other !== field && other.type === 'link' && target?.fields.some((inner) => inner.type === 'link' && inner.required && inner.to === other.to))
    return target && ownOrder(target)[0] === 'position' && !waits ? [{ field, ask: { kind: target.name, conditions, sort: ownOrder(target) } }] : []
  })
  const answers = useQueries({ queries: asks.map(({ ask }) => listQuery(ask, 1)) })
  const found = asks.map(({ field }, index) => `${field.name}=${answers[index]?.data?.items[0]?.id ?? ''}`).join(',')
  const apply = useRef(set)
  apply.current = set
  useEffect(() => {
    for (const pair of found.split(',')) {
      const [name = '', id = ''] = pair.split('=')
      if (id) apply.current(name, id)
    }
  }, [found])
}

type DialogProps = { kind: Kind; fields: Fields; onClose: () => void; onCreated?: (record: Rec) => void }

/** A new record: what it needs and what lists show of it; the rest on demand. */
export default function CreateDialog({ kind, fields: given, onClose, onCreated }: DialogProps) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const kinds = useKinds()
  const { user } = useSession()
  const navigate = useNavigate()
  const problemText = useProblemText()
  const { create } = useChanges(kind)
  const mine = Object.fromEntries(kind.fields.filter((field) => field.type === 'person' && field.required).map((field) => [field.name, user.id]))
  const draft = useDraft({ ...mine, ...given })
  const { fields, latest, set } = draft
  const [all, setAll] = useState(false)
  const [busy, setBusy] = useState(false)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const opens = useRef(false)
  useObvious(kind, draft)
  const columns = firstColumns(kind)
  const isFirst = (field: Field) => field.required || columns.includes(field.name) || isSet(given[field.name]) || faults[field.name] !== undefined
  const open = kind.fields.filter((field) => !isReadOnly(kind, field.name))
  const shown = all ? open : open.filter(isFirst)
  async function submit(event: FormEvent) {
    event.preventDefault()
    const openAfter = opens.current
    if (document.activeElement instanceof HTMLInputElement || document.activeElement instanceof HTMLTextAreaElement) document.activeElement.blur()
    setBusy(true)
    setFaults({})
    setProblem(null)
    try {
      const record = await create(Object.fromEntries(Object.entries(latest.current).filter(([, value]) => isSet(value))))
      onCreated?.(record)
      onClose()
      if (openAfter) void navigate({ to: '/business/$kind/$recordId', params: { kind: kind.name, recordId: record.id }, search: {} })
    } catch (error) {
      const found = faultsOf(error)
      setFaults(found)
      if (Object.keys(found).length === 0) setProblem(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} wide title={t('new_of', { kind: label(kind.label) })} closeLabel={t('common:close')} className="sm:max-w-2xl">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <div className="grid gap-4 sm:grid-cols-2">
          {shown.map((field, index) => (
            <FormField
              key={field.name}
              field={field}
              value={fields[field.name]}
              autoFocus={index === 0}
              fault={faults[field.name]}
              narrowed={narrowing(kinds, kind, field, fields)}
              onChange={(value) => set(field.name, value)}
            />
          ))}
        </div>
        {shown.length < open.length && (
          <Button tone="quiet" size="sm" className="mt-3 -ml-2" onClick={() => setAll(true)}>
            {t('create.more', { count: open.length - shown.length })}
          </Button>
        )}
        {problem && (
          <p role="alert" className="mt-3 rounded-md bg-bad-soft px-3 py-2 text-bad">
            {problem}
          </p>
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" disabled={busy} onClick={() => (opens.current = true)}>
            {t('create.open')}
          </Button>
          <Button type="submit" tone="primary" busy={busy} onClick={() => (opens.current = false)}>
            {t('create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
