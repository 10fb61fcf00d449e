import { queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import type { Group, RecordPolicy, RecordPolicyOf, RecordReach } from '@/lib/api/types'

export type Policy = RecordPolicy
export type Reach = RecordReach
export type Acting = 'read' | 'edit' | 'delete'
export type FieldAccess = 'edit' | 'read' | 'hidden'

/** From the narrowest to the widest. */
export const REACHES: readonly Reach[] = ['none', 'own', 'team', 'all']
/** Roles whose rights a business can set; administrators always hold all. */
export const ROLES = ['tenant_user', 'tenant_guest'] as const

const MOST_PAGES = 20

export const policiesQuery = queryOptions({
  queryKey: ['records', 'policies'],
  queryFn: async (): Promise<RecordPolicyOf[]> => (await unwrap(api.GET('/api/v1/record-policies'))).items,
  staleTime: 5_000,
})

export const groupsQuery = queryOptions({
  queryKey: ['groups', 'all'],
  async queryFn(): Promise<Group[]> {
    const all: Group[] = []
    let cursor = ''
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = { limit: 200, ...(cursor ? { cursor } : {}) }
      const { items, next_cursor: next } = await unwrap(api.GET('/api/v1/groups', { params: { query } }))
      all.push(...items)
      if (!next) break
      cursor = next
    }
    return all
  },
  staleTime: 30_000,
})

const path = (kind: string, subject: string) => ({ params: { path: { kind, subject } } })

export const putPolicy = (kind: string, subject: string, body: Policy) => unwrap(api.PUT('/api/v1/record-policies/{kind}/{subject}', { ...path(kind, subject), body }))

export const removePolicy = (kind: string, subject: string) => unwrap(api.DELETE('/api/v1/record-policies/{kind}/{subject}', path(kind, subject)))

export const EVERYTHING: Policy = { read: 'all', create: true, edit: 'all', delete: 'all', hidden: [], read_only: [] }
export const NOTHING: Policy = { read: 'none', create: false, edit: 'none', delete: 'none', hidden: [], read_only: [] }

/** What applies where nothing was said. */
export const standardOf = (subject: string): Policy => (subject === 'role:tenant_guest' ? NOTHING : EVERYTHING)

const wider = (one: Reach, other: Reach) => (REACHES.indexOf(one) > REACHES.indexOf(other) ? one : other)
const narrower = (one: Reach, other: Reach) => (wider(one, other) === one ? other : one)

/** Who may change or delete may also see, and who does not see cannot change. */
export function withReach(policy: Policy, acting: Acting, reach: Reach): Policy {
  if (acting !== 'read') return { ...policy, [acting]: reach, read: wider(policy.read, reach) }
  return { ...policy, read: reach, edit: narrower(policy.edit, reach), delete: narrower(policy.delete, reach) }
}

export const fieldAccess = ({ hidden, read_only: readOnly }: Pick<Policy, 'hidden' | 'read_only'>, field: string): FieldAccess =>
  hidden.includes(field) ? 'hidden' : readOnly.includes(field) ? 'read' : 'edit'

export function withFieldAccess(policy: Policy, field: string, access: FieldAccess): Policy {
  const others = (list: readonly string[]) => list.filter((name) => name !== field)
  return {
    ...policy,
    hidden: access === 'hidden' ? [...others(policy.hidden), field] : others(policy.hidden),
    read_only: access === 'read' ? [...others(policy.read_only), field] : others(policy.read_only),
  }
}
