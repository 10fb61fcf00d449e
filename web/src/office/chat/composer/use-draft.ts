import { useCallback, useEffect, useRef, useState } from 'react'
import { putDraft } from '../api'
import { chat, placeOf, setDraftLocally, useChat } from '../model/chat-state'
import { useNames } from '../names'
import { decodeTokens, encodeTokens } from './tokens'

const SAVE_MS = 1_200

/** The unfinished text of a place, the same on all devices. */
export function useDraft(room: string, thread: number | null) {
  const place = placeOf(room, thread)
  const names = useNames()
  const remote = useChat((state) => state.drafts[place])
  const [text, setText] = useState(() => decodeTokens(chat.get().drafts[place]?.text ?? '', names))
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef({ text, names, dirty: false })
  latest.current.names = names

  const save = useCallback(() => {
    clearTimeout(timer.current)
    const { text: current, names: known, dirty } = latest.current
    if (!dirty) return
    latest.current.dirty = false
    const encoded = encodeTokens(current, known)
    setDraftLocally({ room, thread, text: encoded, updated_at: new Date().toISOString() })
    // Without a connection the draft stays in this tab; the next change tries again.
    void putDraft(room, thread, encoded).catch(() => {
      latest.current.dirty = true
    })
  }, [room, thread])

  const change = useCallback(
    (next: string) => {
      latest.current = { ...latest.current, text: next, dirty: true }
      setText(next)
      clearTimeout(timer.current)
      timer.current = setTimeout(save, SAVE_MS)
    },
    [save],
  )

  const clear = useCallback(() => {
    change('')
    save()
  }, [change, save])

  const restore = useCallback((typed: string) => {
    if (latest.current.text === '') change(typed)
  }, [change])

  // Another device wrote: it shows here too, unless somebody is typing.
  useEffect(() => {
    if (latest.current.dirty || document.hasFocus()) return
    const next = decodeTokens(remote?.text ?? '', latest.current.names)
    latest.current.text = next
    setText(next)
  }, [remote])

  useEffect(() => save, [save])
  return { text, change, clear, restore }
}
