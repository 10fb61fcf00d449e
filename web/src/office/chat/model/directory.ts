import { api, unwrap } from '@/lib/api/client'
import { Store, useStore } from '@/lib/store'
import { readGroups, readMembers } from '../api'
import type { Group } from '../api-types'

export type Person = { id: string; name: string; email: string; kind?: 'person' | 'bot'; picture?: string }

const MOST_PAGES = 20

/** Who is who. Guests may not list people: they know the members of the rooms they share. */
export class Directory {
  readonly people = new Store<ReadonlyMap<string, Person>>(new Map())
  readonly groups = new Store<readonly Group[]>([])
  readonly #asked = new Set<string>()

  add(people: readonly Person[]) {
    const known = this.people.get()
    const fresh = people.filter(({ id, name, picture = '' }) => known.get(id)?.name !== name || (known.get(id)?.picture ?? '') !== picture)
    if (fresh.length > 0) this.people.set(new Map([...known, ...fresh.map((person) => [person.id, person] as const)]))
  }

  nameOf(id: string) {
    return this.people.get().get(id)?.name
  }

  async load(mayList: boolean) {
    void readGroups().then(({ items }) => this.groups.set(items)).catch(() => {})
    if (!mayList) return
    let cursor = ''
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = { limit: 200, ...(cursor ? { cursor } : {}) }
      const { items, next_cursor: next } = await unwrap(api.GET('/api/v1/people', { params: { query } }))
      this.add(items)
      if (!next) return
      cursor = next
    }
  }

  /** Somebody wrote in a room whose name is not known: its members are asked, once for each unknown person. */
  async need(ids: readonly string[], room: string) {
    const known = this.people.get()
    const missing = ids.map((id) => `${room}/${id}`).filter((key, index) => !known.has(ids[index] ?? '') && !this.#asked.has(key))
    if (missing.length === 0) return
    for (const key of missing) this.#asked.add(key)
    await this.readRoom(room)
  }

  async readRoom(room: string) {
    let cursor = ''
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { items, next_cursor: next } = await readMembers(room, cursor).catch(() => ({ items: [], next_cursor: null }))
      this.add(items.map(({ user, ...rest }) => ({ id: user, ...rest })))
      if (!next) return
      cursor = next
    }
  }
}

export const directory = new Directory()

export const usePeople = () => useStore(directory.people, (people) => people)
export const useGroups = () => useStore(directory.groups, (groups) => groups)
export const usePerson = (id: string | null) => useStore(directory.people, (people) => (id ? people.get(id) : undefined))
