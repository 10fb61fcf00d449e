import type { Message } from '../api-types'
import type { Queued } from '../model/outbox'

const TOGETHER_MS = 5 * 60_000

export type Item =
  | { kind: 'start'; key: string }
  | { kind: 'before' | 'after'; key: string }
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: Message; grouped: boolean; showTopic: boolean }
  | { kind: 'queued'; key: string; entry: Queued; grouped: boolean }

type Input = {
  messages: readonly Message[]
  queued: readonly Queued[]
  userId: string
  hasBefore: boolean
  hasAfter: boolean
  /** Everything after this is new to the person. */
  line: number | null
}

const dayOf = (at: string) => new Date(at).toDateString()
const near = (a: string, b: string) => Math.abs(Date.parse(b) - Date.parse(a)) < TOGETHER_MS

function follows(before: Message | undefined, message: Message) {
  if (!before || before.deleted || before.replies || message.quote) return false
  return before.author === message.author && before.author_name === message.author_name && before.topic === message.topic && near(before.created_at, message.created_at)
}

/** The rows of a timeline: messages with what stands between them. */
export function buildItems({ messages, queued, userId, hasBefore, hasAfter, line }: Input): Item[] {
  const items: Item[] = [hasBefore ? { kind: 'before', key: 'before' } : { kind: 'start', key: 'start' }]
  let before: Message | undefined
  let lined = line === null
  for (const message of messages) {
    const newDay = !before || dayOf(before.created_at) !== dayOf(message.created_at)
    if (newDay) items.push({ kind: 'day', key: `day-${dayOf(message.created_at)}`, at: message.created_at })
    const newHere = !lined && line !== null && message.seq > line && message.author !== userId
    if (newHere) items.push({ kind: 'unread', key: 'unread' })
    lined ||= newHere
    const grouped = !newDay && !newHere && follows(before, message)
    items.push({ kind: 'message', key: `m${message.seq}`, message, grouped, showTopic: !grouped && message.topic !== null })
    before = message
  }
  if (hasAfter) return [...items, { kind: 'after', key: 'after' }]
  let own = before?.author === userId && before !== undefined
  for (const entry of queued) {
    items.push({ kind: 'queued', key: entry.id, entry, grouped: own && near(before?.created_at ?? entry.at, entry.at) && !entry.quote })
    own = true
  }
  return items
}
