import type { Message } from '../api-types'
import type { MessageActions } from './message-actions'

/** What a key does to the message that has the focus. Returns whether it means anything. */
export function runMessageKey(key: string, message: Message, userId: string, inThread: boolean, actions: MessageActions): boolean {
  const own = message.author === userId
  if (message.deleted) return false
  const keys: Record<string, (() => void) | false> = {
    e: own && (() => actions.setEditing(message.seq)),
    r: !inThread && (() => actions.openThread(message)),
    Enter: !inThread && (() => actions.openThread(message)),
    q: () => actions.quote(message),
    f: () => actions.setDialog({ kind: 'forward', message }),
    l: () => actions.copyLink(message),
    s: () => actions.save(message),
    p: () => actions.pin(message),
    u: () => actions.markUnread(message),
    t: message.thread === null && (() => actions.setDialog({ kind: 'topic', message })),
    Delete: own && (() => actions.remove(message)),
  }
  const run = keys[key]
  if (!run) return false
  run()
  return true
}
