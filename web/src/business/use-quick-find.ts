import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { kindsQuery, listQuery } from './model/api'
import { titleOf } from './model/types'
import { byModule, isSetting, useLabel } from './model/use-kinds'

export type FoundRecord = { id: string; kind: string; title: string; label: string; icon: string }

const SHORTEST = 2
const MOST_KINDS = 8
const PER_KIND = 4
const MOST = 8

/** The types that records are found in: those worked with, a day's work first. */
function useFindable() {
  const { data } = useQuery(kindsQuery)
  return byModule(data ?? []).flatMap(({ kinds }) => kinds.filter(({ name }) => !isSetting(name)))
}

/** Records of all types whose words begin like those of the text. */
export function useFoundRecords(text: string): FoundRecord[] {
  const label = useLabel()
  const kinds = useFindable().slice(0, MOST_KINDS)
  const asked = text.length >= SHORTEST
  const answers = useQueries({
    queries: kinds.map((kind) => ({ ...listQuery({ kind: kind.name, conditions: [], q: text, sort: [] }, PER_KIND), enabled: asked, placeholderData: keepPreviousData })),
  })
  if (!asked) return []
  return kinds
    .flatMap((kind, index) => (answers[index]?.data?.items ?? []).map((record) => ({ id: record.id, kind: kind.name, title: titleOf(kind, record), label: label(kind.label), icon: kind.icon })))
    .filter(({ title }) => title !== '')
    .slice(0, MOST)
}

/** The lists themselves, once somebody types. */
export function useKindLinks(text: string): { name: string; icon: string; label: string }[] {
  const label = useLabel()
  const kinds = useFindable()
  return text === '' ? [] : kinds.map(({ name, icon, plural }) => ({ name, icon, label: label(plural) }))
}
