import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useStore } from '@/lib/store'
import { Button } from '@/ui/button'
import { Spinner } from '@/ui/spinner'
import type { Message } from '../api-types'
import type { Queued } from '../model/outbox'
import type { RoomLog } from '../model/room-log'
import { DayDivider, DayPill, UnreadDivider } from './dividers'
import { MessageRow } from './message-row'
import { useMessageActions } from './message-actions'
import { QueuedRow } from './queued-row'
import { runMessageKey } from './message-keys'
import { buildItems, type Item } from './timeline-items'

const NEAR_PX = 3_000
const BOTTOM_PX = 60

type TimelineProps = {
  log: RoomLog
  queued: readonly Queued[]
  userId: string
  line: number | null
  label: string
  inThread?: boolean
  start: ReactNode
  /** The person sees everything up to this message. */
  onSeen: (seq: number) => void
  onNewest: () => void
  onJump?: (time: string) => void
  onLeaveKeys: () => void
}

/** Prepending keeps what is on the screen where it is; the list must be told in the same drawing. */
function useShift(items: Item[], generation: number) {
  const before = useRef<{ generation: number; first: string | undefined; length: number }>({ generation, first: undefined, length: 0 })
  const first = items.find(({ kind }) => kind === 'message')?.key
  const known = before.current
  const shift = known.generation === generation && known.first !== undefined && first !== known.first && items.length > known.length && items.some(({ key }) => key === known.first)
  useLayoutEffect(() => {
    before.current = { generation, first, length: items.length }
  })
  return shift
}

function indexOfTarget(items: Item[], target: number | null) {
  if (target === null) return -1
  const exact = items.findIndex((item) => item.kind === 'message' && item.message.seq >= target)
  return exact
}

/** Null where a divider stands right there. */
function dayAt(items: Item[], index: number) {
  const here = items.slice(index, index + 2)
  if (here.some(({ kind }) => kind !== 'message')) return null
  const [first] = here
  return first?.kind === 'message' ? new Date(first.message.created_at).toDateString() : null
}

export function Timeline({ log, queued, userId, line, label, inThread = false, start, onSeen, onNewest, onJump, onLeaveKeys }: TimelineProps) {
  const { t } = useTranslation('chat')
  const state = useStore(log.store, (value) => value)
  const { messages, hasBefore, hasAfter, generation, target, loadingBefore } = state
  const items = useMemo(() => buildItems({ messages, queued, userId, hasBefore, hasAfter, line }), [messages, queued, userId, hasBefore, hasAfter, line])
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const atBottom = useRef(true)
  const [away, setAway] = useState(false)
  // The day of what stands at the top, while its own divider is out of sight.
  const [day, setDay] = useState<string | null>(null)
  const [picking, setPicking] = useState<number | null>(null)
  const [current, setCurrent] = useState<number | null>(null)
  const [highlighted, setHighlighted] = useState<number | null>(null)
  const shift = useShift(items, generation)
  const actions = useMessageActions()

  const toBottom = useCallback(() => {
    const element = scroller.current
    if (element) element.scrollTop = element.scrollHeight
  }, [])

  /** Through the list, which gives up the way to another place that it may still be on. */
  function toEnd() {
    list.current?.scrollToIndex(items.length - 1, { align: 'end' })
    atBottom.current = true
  }

  const seen = useEffectEvent(() => {
    const last = messages.at(-1)
    if (last && atBottom.current && !hasAfter && document.visibilityState === 'visible' && document.hasFocus()) onSeen(last.seq)
  })

  const look = useEffectEvent(() => {
    const element = scroller.current
    if (!element) return
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    atBottom.current = below < BOTTOM_PX && !hasAfter
    setAway(below > 600 || hasAfter)
    setDay(dayAt(items, list.current?.findItemIndex(element.scrollTop) ?? 0))
    if (element.scrollTop < NEAR_PX) void log.loadBefore()
    if (below < NEAR_PX) void log.loadAfter()
    seen()
  })

  // A fresh window begins at its place: at the message that was asked for, at the first new one, or at the end.
  const place = useEffectEvent(() => {
    const wanted = indexOfTarget(items, target)
    const unread = items.findIndex(({ kind }) => kind === 'unread')
    if (wanted >= 0) list.current?.scrollToIndex(wanted, { align: 'center' })
    else if (unread >= 0 && target === null) list.current?.scrollToIndex(unread, { align: 'start', offset: -80 })
    else if (items.length > 0) list.current?.scrollToIndex(items.length - 1, { align: 'end' })
    atBottom.current = wanted < 0 && unread < 0
    setHighlighted(wanted >= 0 ? target : null)
    setCurrent(wanted >= 0 ? target : (messages.at(-1)?.seq ?? null))
  })
  useLayoutEffect(() => {
    place()
    const frame = requestAnimationFrame(() => look())
    const timer = setTimeout(() => setHighlighted(null), 3_000)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [generation, log])

  // Who reads the end stays at the end, whatever arrives or grows there.
  const lastKey = items.at(-1)?.key
  useLayoutEffect(() => {
    if (atBottom.current) toBottom()
    seen()
  }, [lastKey, toBottom])
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      if (atBottom.current) toBottom()
    })
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }, [generation, toBottom])
  useEffect(() => look(), [loadingBefore])
  useEffect(() => {
    const check = () => seen()
    window.addEventListener('focus', check)
    document.addEventListener('visibilitychange', check)
    return () => {
      window.removeEventListener('focus', check)
      document.removeEventListener('visibilitychange', check)
    }
  }, [])

  function goTo(message: Message | undefined) {
    if (!message) return
    setCurrent(message.seq)
    const index = items.findIndex((item) => item.kind === 'message' && item.message.seq === message.seq)
    list.current?.scrollToIndex(index, { align: 'nearest' })
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-seq="${message.seq}"]`)?.focus({ preventScroll: true }))
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const row = event.target instanceof HTMLElement && event.target.matches('[data-seq]') ? event.target : null
    const index = row ? messages.findIndex(({ seq }) => String(seq) === row.dataset.seq) : -1
    const message = messages[index]
    if (!message || event.ctrlKey || event.metaKey || event.altKey) return
    const step = { ArrowUp: -1, k: -1, ArrowDown: 1, j: 1 }[event.key]
    const handled = step
      ? (goTo(messages[index + step]), index + step >= messages.length && onLeaveKeys(), true)
      : event.key === 'Escape'
        ? (onLeaveKeys(), true)
        : event.key === '+'
          ? (setPicking(message.seq), true)
          : runMessageKey(event.key, message, userId, inThread, actions)
    if (!handled) return
    event.preventDefault()
    event.stopPropagation()
  }

  function draw(item: Item) {
    switch (item.kind) {
      case 'start':
        return <div key={item.key}>{start}</div>
      case 'before':
      case 'after':
        return <div key={item.key} className="flex h-10 items-center justify-center text-fg-3"><Spinner /></div>
      case 'day':
        return <DayDivider key={item.key} at={item.at} onJump={onJump} />
      case 'unread':
        return <UnreadDivider key={item.key} />
      case 'queued':
        return <QueuedRow key={item.key} entry={item.entry} grouped={item.grouped} />
      case 'message':
        return (
          <MessageRow
            key={item.key}
            message={item.message}
            grouped={item.grouped}
            showTopic={item.showTopic && !log.topic}
            inThread={inThread}
            highlighted={highlighted === item.message.seq}
            picking={picking === item.message.seq}
            current={current === item.message.seq}
          />
        )
    }
  }

  return (
    <div className="relative flex min-h-0 flex-1 flex-col" data-chat-log>
      <div ref={scroller} role="log" aria-label={label} aria-live="polite" aria-relevant="additions" tabIndex={-1} onKeyDown={onKeyDown} onPointerDown={() => setPicking(null)} className="flex min-h-0 flex-1 flex-col overflow-y-auto overscroll-contain pb-2 outline-none [overflow-anchor:none]">
        <div className="grow" />
        <Virtualizer key={generation} ref={list} data={items} shift={shift} scrollRef={scroller} bufferSize={400} onScroll={() => look()}>
          {draw}
        </Virtualizer>
      </div>
      {day && <div className="pointer-events-none absolute inset-x-0 top-2 flex justify-center [&>*]:pointer-events-auto [&>*]:shadow-2"><DayPill at={day} onJump={onJump} /></div>}
      {away && (
        <Button size="sm" className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-2" onClick={() => (hasAfter ? onNewest() : toEnd())}>
          <ArrowDown aria-hidden size={14} />
          {t('to_newest')}
        </Button>
      )}
    </div>
  )
}
