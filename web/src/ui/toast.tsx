import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { cn } from './cn'

export type Notice = {
  id: number
  tone: 'ok' | 'bad'
  text: string
  action?: { label: string; run: () => void }
}

const VISIBLE_MS = 6000

// Own store instead of a library: those at hand inject a style element without a nonce, which the
// content security policy of the server refuses.
let visible: readonly Notice[] = []
let nextId = 1
const listeners = new Set<() => void>()

function publish() {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function notify(text: string, options: { tone?: Notice['tone']; action?: Notice['action'] } = {}) {
  const notice: Notice = { id: nextId++, tone: options.tone ?? 'ok', text, action: options.action }
  visible = [...visible.slice(-2), notice]
  publish()
  return notice.id
}

export function dismiss(id: number) {
  visible = visible.filter((notice) => notice.id !== id)
  publish()
}

function Toast({ notice, closeLabel, held }: { notice: Notice; closeLabel: string; held: boolean }) {
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => dismiss(notice.id), VISIBLE_MS)
    return () => clearTimeout(timer)
  }, [notice.id, held])
  const Icon = notice.tone === 'bad' ? CircleAlert : CircleCheck
  return (
    <li className="pointer-events-auto flex animate-rise items-center gap-2.5 rounded-lg bg-raised py-2 pr-2 pl-3 text-sm shadow-3">
      <Icon aria-hidden size={17} strokeWidth={1.75} className={cn('shrink-0', notice.tone === 'bad' ? 'text-bad' : 'text-ok')} />
      <span className="min-w-0 flex-1 py-0.5">{notice.text}</span>
      {notice.action && (
        <button
          type="button"
          className="rounded-md px-2 py-1 font-medium text-accent-text hover:bg-hover"
          onClick={() => {
            notice.action?.run()
            dismiss(notice.id)
          }}
        >
          {notice.action.label}
        </button>
      )}
      <button type="button" aria-label={closeLabel} className="rounded-md p-1 text-fg-3 hover:bg-hover" onClick={() => dismiss(notice.id)}>
        <X size={15} strokeWidth={1.75} />
      </button>
    </li>
  )
}

/** Announces notices politely; they stay while the pointer or the focus rests on them. */
export function Toaster({ label, closeLabel }: { label: string; closeLabel: string }) {
  const notices = useSyncExternalStore(subscribe, () => visible)
  const [held, setHeld] = useState(false)
  return (
    <section aria-label={label} className="no-print pointer-events-none fixed inset-x-3 bottom-16 z-50 sm:inset-x-auto sm:right-5 sm:bottom-5 sm:w-96">
      <ol
        aria-live="polite"
        className="flex flex-col gap-2"
        onMouseEnter={() => setHeld(true)}
        onMouseLeave={() => setHeld(false)}
        onFocus={() => setHeld(true)}
        onBlur={() => setHeld(false)}
      >
        {notices.map((notice) => (
          <Toast key={notice.id} notice={notice} closeLabel={closeLabel} held={held} />
        ))}
      </ol>
    </section>
  )
}
