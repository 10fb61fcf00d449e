import { useEffect } from 'react'
import { queryClient } from '@/lib/api/query'
import { Store, useStore } from '@/lib/store'
import { kindsQuery, readRecords } from './api'
import { titleOf, type Kind, type Rec } from './types'

const TOGETHER_MS = 15
const MOST_AT_ONCE = 100
/** After this a title is looked up again when it is shown: it may have been changed. */
const FRESH_MS = 60_000

type Known = { title: string; at: number }

/** The names of records that others link to: asked for together, each once. */
class Titles {
  readonly known = new Store<ReadonlyMap<string, Known>>(new Map())
  readonly #wanted = new Map<string, Set<string>>()
  #asking = false

  learn(kind: Kind, records: readonly Pick<Rec, 'id' | 'fields'>[]) {
    const at = Date.now()
    const fresh = records.filter((record) => this.known.get().get(record.id)?.title !== titleOf(kind, record))
    if (fresh.length > 0) this.known.update((known) => new Map([...known, ...fresh.map((record) => [record.id, { title: titleOf(kind, record), at }] as const)]))
  }

  need(kind: string, id: string) {
    const found = this.known.get().get(id)
    if (found && Date.now() - found.at < FRESH_MS) return
    const ids = this.#wanted.get(kind) ?? new Set()
    ids.add(id)
    this.#wanted.set(kind, ids)
    if (this.#asking) return
    this.#asking = true
    setTimeout(() => void this.#ask(), TOGETHER_MS)
  }

  async #ask() {
    this.#asking = false
    const wanted = [...this.#wanted]
    this.#wanted.clear()
    const kinds = await queryClient.ensureQueryData(kindsQuery).catch(() => [])
    for (const [name, ids] of wanted) {
      const kind = kinds.find((one) => one.name === name)
      const all = kind ? [...ids] : []
      for (let from = 0; from < all.length; from += MOST_AT_ONCE) if (kind) await this.#look(kind, all.slice(from, from + MOST_AT_ONCE))
    }
  }

  async #look(kind: Kind, ids: string[]) {
    const ask = { kind: kind.name, conditions: [{ field: 'id', op: 'in' as const, value: ids }], sort: [] }
    const page = await readRecords(ask, { limit: MOST_AT_ONCE }).catch(() => null)
    if (!page) return
    const at = Date.now()
    const found = new Map(page.items.map((record) => [record.id, titleOf(kind, record)]))
    // One that is not found was deleted, or is hidden from this person.
    this.known.update((known) => new Map([...known, ...ids.map((id) => [id, { title: found.get(id) ?? '', at }] as const)]))
  }
}

export const titles = new Titles()

/** The title of a linked record: undefined while it is looked up, empty when it is not to be seen. */
export function useTitle(kind: string, id: string | null): string | undefined {
  useEffect(() => {
    if (id) titles.need(kind, id)
  }, [kind, id])
  return useStore(titles.known, (known) => (id ? known.get(id)?.title : undefined))
}
