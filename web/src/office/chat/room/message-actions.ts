import { useNavigate } from '@tanstack/react-router'
import { createContext, useContext, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Store, useStore } from '@/lib/store'
import { notify } from '@/ui/toast'
import { deleteMessage, remind, removePreview, setPin, setReaction, setRead, setSaved } from '../api'
import type { Message } from '../api-types'
import { chat, markSaved, patchMembership, savedKey } from '../model/chat-state'
import { withReaction } from '../model/events'
import type { ChatSession } from '../model/session'
import { decodeTokens, type Names } from '../composer/tokens'
import { useNames } from '../names'
import { useChatSession } from '../use-chat-session'
import { noteEmoji } from '../emoji/data'

const UNDO_MS = 5_000

/** Messages that go as soon as nobody can take it back any more. */
const leaving = new Store<ReadonlySet<string>>(new Set())
const due = new Map<string, () => void>()

export const useIsLeaving = (message: Message) => useStore(leaving, (keys) => keys.has(savedKey(message.room, message.seq)))

function setLeaving(key: string, on: boolean) {
  const next = new Set(leaving.get())
  if (on) next.add(key)
  else next.delete(key)
  leaving.set(next)
}

window.addEventListener('pagehide', () => {
  for (const run of due.values()) run()
})

export type MessageDialog = { kind: 'forward' | 'topic' | 'report'; message: Message } | null

export type MessageActions = ReturnType<typeof useActions>

export const permalink = ({ room, seq, thread }: Pick<Message, 'room' | 'seq' | 'thread'>) =>
  `${window.location.origin}/chat/${room}?at=${seq}${thread ? `&thread=${thread}` : ''}`

type Options = { onQuote: (message: Message) => void }

function useActions(session: ChatSession, names: Names, { onQuote }: Options) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const navigate = useNavigate()
  const [editing, setEditing] = useState<number | null>(null)
  const [dialog, setDialog] = useState<MessageDialog>(null)
  const refuse = (error: unknown) => notify(problemText(error), { tone: 'bad' })
  const patch = ({ room, seq }: Message, change: (message: Message) => Message) => {
    for (const log of session.logsOf(room)) log.patch(seq, change)
  }

  async function copy(text: string, said: string) {
    try {
      await navigator.clipboard.writeText(text)
      notify(said)
    } catch {
      notify(t('common:copy_failed'), { tone: 'bad' })
    }
  }

  return {
    editing,
    setEditing,
    dialog,
    setDialog,
    quote: onQuote,
    openThread: ({ room, seq, thread }: Message) =>
      void navigate({ to: '/chat/$roomId', params: { roomId: room }, search: (old) => ({ ...old, at: undefined, panel: undefined, thread: thread ?? seq }) }),
    react(message: Message, emoji: string) {
      const { userId } = chat.get()
      const on = !message.reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(userId))
      if (on) noteEmoji(emoji)
      patch(message, (known) => withReaction(known, emoji, userId, on))
      setReaction(message.room, message.seq, emoji, on).catch((error: unknown) => {
        patch(message, (known) => withReaction(known, emoji, userId, !on))
        refuse(error)
      })
    },
    pin(message: Message) {
      const pinned = !message.pinned
      patch(message, (known) => ({ ...known, pinned }))
      setPin(message.room, message.seq, pinned).catch((error: unknown) => {
        patch(message, (known) => ({ ...known, pinned: !pinned }))
        refuse(error)
      })
    },
    removePreview(message: Message, url: string) {
      const removed = message.previews.find((preview) => preview.url === url)
      if (!removed) return
      patch(message, (known) => ({ ...known, previews: known.previews.filter((preview) => preview.url !== url) }))
      removePreview(message.room, message.seq, url).catch((error: unknown) => {
        patch(message, (known) => ({ ...known, previews: [...known.previews.filter((preview) => preview.url !== url), removed] }))
        refuse(error)
      })
    },
    save({ room, seq }: Message) {
      const on = !chat.get().saved[savedKey(room, seq)]
      markSaved(room, seq, on)
      setSaved(room, seq, on).then(() => notify(on ? t('saved.done') : t('saved.undone')), (error: unknown) => {
        markSaved(room, seq, !on)
        refuse(error)
      })
    },
    remind: ({ room, seq }: Message, at: Date) => void remind(room, seq, at.toISOString()).then(() => notify(t('remind.done')), refuse),
    copyLink: (message: Message) => void copy(permalink(message), t('link_copied')),
    copyText: (message: Message) => void copy(decodeTokens(message.text, names), t('common:copied')),
    markUnread({ room, seq, thread }: Message) {
      session.heldUnread.add(room)
      if (thread === null) patchMembership(room, { read_seq: seq - 1, unread: Math.max(1, chat.get().rooms[room]?.membership?.unread ?? 0) })
      setRead(room, seq - 1, thread).then(() => notify(t('marked_unread')), refuse)
    },
    remove(message: Message) {
      const key = savedKey(message.room, message.seq)
      setLeaving(key, true)
      const run = () => {
        due.delete(key)
        clearTimeout(timer)
        deleteMessage(message.room, message.seq)
          .then(() => patch(message, (known) => ({ ...known, deleted: true, text: '', files: [], reactions: [], pinned: false })), refuse)
          .finally(() => setLeaving(key, false))
      }
      const timer = setTimeout(run, UNDO_MS)
      due.set(key, run)
      const undo = () => {
        clearTimeout(timer)
        if (due.delete(key)) setLeaving(key, false)
      }
      notify(t('deleting'), { action: { label: t('common:undo'), run: undo } })
    },
  }
}

const ActionsContext = createContext<MessageActions | null>(null)
export const ActionsProvider = ActionsContext.Provider

export function useMessageActions(): MessageActions {
  const actions = useContext(ActionsContext)
  if (!actions) throw new Error('message actions are used outside of a room')
  return actions
}

export function useNewActions(options: Options): MessageActions {
  const session = useChatSession()
  const names = useNames()
  const actions = useActions(session, names, options)
  // Rows are drawn again only when what they do has changed.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => actions, [session, names, actions.editing, actions.dialog, options.onQuote])
}
