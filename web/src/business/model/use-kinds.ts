import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/lib/session'
import { kindsQuery, peopleQuery, type Person } from './api'
import type { Kind } from './types'

export const useKinds = (): Kind[] => useSuspenseQuery(kindsQuery).data

export const useKind = (name: string): Kind | undefined => useKinds().find((kind) => kind.name === name)

const NOBODY: ReadonlyMap<string, Person> = new Map()

/** Everybody by id. Guests may not list people: they see only themselves by name. */
export function usePeople(): ReadonlyMap<string, Person> {
  const { user, permissions } = useSession()
  const { data } = useQuery({ ...peopleQuery, enabled: permissions.includes('people.list') })
  return data ?? (permissions.includes('people.list') ? NOBODY : new Map([[user.id, user]]))
}

/** The program names its own types and fields in English; what a business has named stays as it is. */
export function useLabel() {
  const { t, i18n } = useTranslation('records')
  // A sentence may hold a colon, which elsewhere ends the name of a file.
  const plain = { ns: 'records', nsSeparator: false } as const
  return (label: string): string => (i18n.exists(label, plain) ? t(label as 'Name', plain) : label)
}

const ORDER = ['crm', 'projects', 'finance']
const FIRST: Record<string, string[]> = {
  crm: ['crm.company', 'crm.person', 'crm.lead', 'crm.deal', 'crm.activity', 'crm.quote', 'crm.pipeline', 'crm.stage', 'crm.form', 'crm.scoring_rule', 'crm.assignment_rule'],
  projects: ['projects.project', 'projects.task', 'projects.milestone', 'projects.sprint', 'projects.time_entry', 'projects.status'],
}

const place = (list: string[], name: string) => (list.includes(name) ? list.indexOf(name) : list.length)

/** Modules in the order of a day's work, each with its types; those of one's own come last. */
export function byModule(kinds: readonly Kind[]): { module: string; kinds: Kind[] }[] {
  const modules = new Map<string, Kind[]>()
  for (const kind of kinds) modules.set(kind.module, [...(modules.get(kind.module) ?? []), kind])
  const rank = (module: string) => (module === 'own' ? ORDER.length + 1 : place(ORDER, module))
  return [...modules]
    .map(([module, all]) => ({ module, kinds: all.toSorted((one, other) => place(FIRST[module] ?? [], one.name) - place(FIRST[module] ?? [], other.name) || one.label.localeCompare(other.label)) }))
    .toSorted((one, other) => rank(one.module) - rank(other.module) || one.module.localeCompare(other.module))
}

/** What gives records their place in the business, rather than being worked with every day. */
export const isSetting = (name: string) => ['crm.pipeline', 'crm.stage', 'crm.form', 'crm.scoring_rule', 'crm.assignment_rule', 'projects.status'].includes(name)
