import { useEffect, useMemo, useRef } from 'react'
import type { Problem } from '@/lib/api/problem'
import { queryClient } from '@/lib/api/query'
import { live } from '@/lib/live'
import type { LiveEvent } from '@/lib/live/protocol'
import { Store, useStore } from '@/lib/store'
import { kindsQuery, readRecords } from './api'
import { applyAnswer, applyEvent, applyNext, EMPTY, type Compare, type ListEvent, type ListState } from './list-state'
import { titles } from './titles'
import type { Ask, Fields, Kind, Page, Rec } from './types'
import { comparator } from './values'

const MOST_EVENTS = 2_000
const AGAIN_MS = 800

/** What a change that is on its way makes of a record. */
type Expected = { fields: Fields; owner?: string | null }
type Pending = Expected & { ticket: number }

export type Shown = ListState & {
  status: 'loading' | 'ready' | 'failed'
  error: Problem | null
  /** A list of the conditions before, until the new one is here. */
  old: boolean
  loadingMore: boolean
}

type Options = { limit: number; all: number; before?: readonly Rec[] }

/** One list on the screen: read over HTTP, then kept true by the live socket. */
export class RecordList {
  readonly state: Store<Shown>
  readonly #pending = new Map<string, Pending>()
  readonly #compare: Compare
  #truth: ListState = EMPTY
  #events: ListEvent[] = []
  #topic: string | null = null
  #unsubscribe = () => {}
  #reading = 0
  #tickets = 0
  #again: ReturnType<typeof setTimeout> | undefined
  #running = false

  constructor(
    readonly ask: Ask,
    readonly kind: Kind,
    private readonly options: Options,
  ) {
    this.#compare = comparator(kind, ask.sort)
    const items = options.before ?? []
    this.state = new Store<Shown>({ ...EMPTY, items, status: items.length > 0 ? 'ready' : 'loading', error: null, old: items.length > 0, loadingMore: false })
  }

  start() {
    this.#running = true
    void this.reload()
  }

  stop() {
    this.#running = false
    clearTimeout(this.#again)
    this.#unsubscribe()
    this.#unsubscribe = () => {}
    this.#topic = null
  }

  async reload() {
    const reading = ++this.#reading
    const isLive = !this.ask.deleted && !this.ask.at
    try {
      const page = await readRecords(this.ask, { limit: this.options.limit, count: !this.ask.at, live: isLive })
      if (reading !== this.#reading || !this.#running) return
      this.#accept(applyAnswer(page, this.#events, this.#compare), page)
      this.#follow(page.topic ?? null)
      if (this.#truth.cursor && this.#truth.items.length < this.options.all) void this.more()
    } catch (error) {
      if (reading !== this.#reading || !this.#running) return
      this.state.update((known) => ({ ...known, status: known.items.length > 0 && !known.old ? 'ready' : 'failed', error: error as Problem }))
    }
  }

  async more() {
    const { cursor } = this.#truth
    if (!cursor || this.state.get().loadingMore) return
    const reading = this.#reading
    this.state.update((known) => ({ ...known, loadingMore: true }))
    try {
      const page = await readRecords(this.ask, { limit: this.options.limit, cursor })
      if (reading !== this.#reading || !this.#running) return
      this.#accept(applyNext(this.#truth, page, this.#events, this.#compare), page)
      if (this.#truth.cursor && this.#truth.items.length < this.options.all) void this.more()
    } catch {
      this.state.update((known) => ({ ...known, loadingMore: false }))
    }
  }

  /** Shows a change before the server has answered; `settle` with the ticket ends it. */
  expect(id: string, expected: Expected): number {
    const ticket = ++this.#tickets
    const known = this.#pending.get(id)
    const owner = expected.owner === undefined ? known?.owner : expected.owner
    this.#pending.set(id, { fields: { ...known?.fields, ...expected.fields }, owner, ticket })
    this.#show()
    return ticket
  }

  settle(id: string, record: Rec | null, ticket: number) {
    // A later change of the same record is still on its way.
    if (this.#pending.get(id)?.ticket === ticket) this.#pending.delete(id)
    const known = this.#truth.items.some((item) => item.id === id)
    if (record && known) this.#truth = applyEvent(this.#truth, { seq: record.seq, record }, this.#compare)
    this.#show()
  }

  /** Takes away what was deleted here, without waiting for the word of it. */
  drop(id: string) {
    this.#truth = applyEvent(this.#truth, { seq: Number.MAX_SAFE_INTEGER, gone: id }, this.#compare)
    this.#show()
  }

  #accept(truth: ListState, page: Page) {
    this.#truth = truth
    titles.learn(this.kind, page.items)
    this.#show({ status: 'ready', error: null, old: false, loadingMore: false })
  }

  #show(more: Partial<Shown> = {}) {
    const items = this.#pending.size === 0 ? this.#truth.items : this.#truth.items.map((record) => this.#expected(record))
    this.state.update((known) => ({ ...known, ...this.#truth, items, ...more }))
  }

  #expected(record: Rec): Rec {
    const pending = this.#pending.get(record.id)
    if (!pending) return record
    return { ...record, fields: { ...record.fields, ...pending.fields }, ...(pending.owner === undefined ? {} : { owner: pending.owner }) }
  }

  #follow(topic: string | null) {
    if (topic === this.#topic) return
    this.#unsubscribe()
    this.#topic = topic
    this.#events = []
    if (!topic) return
    this.#unsubscribe = live.subscribe(topic, {
      // What happened between the answer and now was told to nobody.
      subscribed: () => void this.reload(),
      events: (events) => this.#receive(events),
      // The server has forgotten the list, or the rights have changed: it is asked for anew.
      refused: () => this.#lost(),
    })
  }

  #lost() {
    this.#topic = null
    this.#unsubscribe = () => {}
    clearTimeout(this.#again)
    this.#again = setTimeout(() => {
      void queryClient.invalidateQueries({ queryKey: kindsQuery.queryKey })
      void this.reload()
    }, Math.random() * AGAIN_MS)
  }

  #receive(events: readonly LiveEvent[]) {
    for (const { kind, seq = 0, data } of events) {
      const event = eventOf(kind, seq, data)
      if (!event) continue
      this.#events.push(event)
      if ('record' in event) titles.learn(this.kind, [event.record])
      this.#truth = applyEvent(this.#truth, event, this.#compare)
    }
    if (this.#events.length > MOST_EVENTS) this.#events = this.#events.slice(-MOST_EVENTS / 2)
    this.#show()
  }
}

function eventOf(kind: string, seq: number, data: unknown): ListEvent | null {
  const { record, id } = (data ?? {}) as { record?: Rec; id?: string }
  if (kind === 'record.put' && record) return { seq, record }
  return kind === 'record.gone' && id ? { seq, gone: id } : null
}

/** A list for as long as a component shows it; the one before stands until the new one is here. */
export function useRecordList(kind: Kind, ask: Ask, { limit = 100, all = 0, off = false }: { limit?: number; all?: number; off?: boolean } = {}) {
  const key = JSON.stringify(ask)
  const before = useRef<{ kind: string; items: readonly Rec[] }>({ kind: '', items: [] })
  const list = useMemo(
    () => new RecordList(JSON.parse(key) as Ask, kind, { limit, all, before: before.current.kind === kind.name ? before.current.items : [] }),
    [key, kind, limit, all],
  )
  const state = useStore(list.state, (value) => value)
  useEffect(() => {
    if (off) return undefined
    list.start()
    return () => list.stop()
  }, [list, off])
  useEffect(() => {
    before.current = { kind: kind.name, items: state.items }
  }, [kind.name, state.items])
  return { list, state }
}
