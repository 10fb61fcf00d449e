import { useEffect, useState } from 'react'
import { useChat } from '../model/chat-state'

/** Whether a moderator lets the person only read; over by itself when its time is. */
export function useSilenced() {
  const muted = useChat((state) => state.me.muted)
  const until = muted?.until ?? null
  const [, look] = useState(0)
  useEffect(() => {
    if (until === null) return
    // A timer cannot wait longer than 24 days: a page that stands open that long looks again by itself.
    const wait = Math.min(Date.parse(until) - Date.now(), 86_400_000)
    const timer = setTimeout(() => look((count) => count + 1), Math.max(0, wait) + 500)
    return () => clearTimeout(timer)
  })
  return muted && (until === null || Date.parse(until) > Date.now()) ? muted : null
}
