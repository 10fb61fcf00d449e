import { useCallback, useEffect, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react'

// Dragging with a pointer. The places to drop at carry `data-drop`; the things in them `data-card`.

const SLOP_PX = 5
/** A finger that rests this long means to drag, not to scroll. */
const HOLD_MS = 260
const EDGE_PX = 48
const STEP_PX = 14

export type Drag = { id: string; over: string | null; index: number; x: number; y: number; width: number; dx: number; dy: number }

type Start = { id: string; element: HTMLElement; x: number; y: number; pointer: number; type: string; at: number }

/** Where the pointer is: which place, and before which of its cards. */
function placeAt(x: number, y: number, dragged: string): { over: string | null; index: number } {
  const drop = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop]')
  if (!drop) return { over: null, index: 0 }
  const cards = [...drop.querySelectorAll<HTMLElement>('[data-card]')].filter((card) => card.dataset.card !== dragged)
  const index = cards.findIndex((card) => {
    const { top, height } = card.getBoundingClientRect()
    return y < top + height / 2
  })
  return { over: drop.dataset.drop ?? null, index: index < 0 ? cards.length : index }
}

/** Moves what scrolls when the pointer comes to its edge. */
function scrollAtEdge(x: number, y: number) {
  const scroller = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-drop-scroll]')
  const board = scroller?.parentElement?.closest<HTMLElement>('[data-drop-scroll]') ?? scroller
  for (const [element, axis] of [[scroller, 'y'], [board, 'x']] as const) {
    if (!element) continue
    const { left, right, top, bottom } = element.getBoundingClientRect()
    if (axis === 'x') element.scrollLeft += x < left + EDGE_PX ? -STEP_PX : x > right - EDGE_PX ? STEP_PX : 0
    else element.scrollTop += y < top + EDGE_PX ? -STEP_PX : y > bottom - EDGE_PX ? STEP_PX : 0
  }
}

export function useDrag(onDrop: (id: string, over: string, index: number) => void) {
  const [drag, setDrag] = useState<Drag | null>(null)
  const start = useRef<Start | null>(null)
  const current = useRef<Drag | null>(null)
  const drop = useRef(onDrop)
  /** A click that ends a drag opens nothing. */
  const justDragged = useRef(false)
  useEffect(() => {
    drop.current = onDrop
  })
  const show = useCallback((next: Drag | null) => {
    current.current = next
    setDrag(next)
  }, [])
  useEffect(() => {
    let hold: ReturnType<typeof setTimeout> | undefined
    let edge: ReturnType<typeof setInterval> | undefined
    function begin({ id, element, x, y }: Start) {
      const box = element.getBoundingClientRect()
      show({ id, ...placeAt(x, y, id), x, y, width: box.width, dx: x - box.left, dy: y - box.top })
      edge = setInterval(() => current.current && scrollAtEdge(current.current.x, current.current.y), 30)
      document.body.style.userSelect = 'none'
    }
    function finish(commit: boolean) {
      clearTimeout(hold)
      clearInterval(edge)
      document.body.style.userSelect = ''
      const { current: last } = current
      start.current = null
      show(null)
      if (!last) return
      justDragged.current = true
      setTimeout(() => (justDragged.current = false), 50)
      if (commit && last.over !== null) drop.current(last.id, last.over, last.index)
    }
    function onMove(event: PointerEvent) {
      const begun = start.current
      if (!begun || event.pointerId !== begun.pointer) return
      const { clientX: x, clientY: y } = event
      if (current.current) return show({ ...current.current, ...placeAt(x, y, begun.id), x, y })
      const far = Math.hypot(x - begun.x, y - begun.y) > SLOP_PX
      // A finger that moves at once scrolls.
      if (far && begun.type === 'touch') return finish(false)
      if (far) begin({ ...begun, x, y })
    }
    function onDown() {
      const begun = start.current
      if (begun?.type === 'touch') hold = setTimeout(() => start.current === begun && begin(begun), HOLD_MS)
    }
    const onUp = (event: PointerEvent) => event.pointerId === start.current?.pointer && finish(true)
    const onCancel = () => start.current && finish(false)
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && current.current && (event.stopPropagation(), finish(false))
    // Only a listener that is not passive keeps the page from scrolling with the card.
    const onTouch = (event: TouchEvent) => current.current && event.preventDefault()
    const listeners = new AbortController()
    const { signal } = listeners
    document.addEventListener('pointermove', onMove, { signal })
    document.addEventListener('pointerdown', onDown, { signal })
    document.addEventListener('pointerup', onUp, { signal })
    document.addEventListener('pointercancel', onCancel, { signal })
    document.addEventListener('keydown', onKey, { signal, capture: true })
    document.addEventListener('touchmove', onTouch, { signal, passive: false })
    return () => {
      listeners.abort()
      clearTimeout(hold)
      clearInterval(edge)
      document.body.style.userSelect = ''
    }
  }, [show])
  const grip = useCallback(
    (id: string) => ({
      onPointerDown: (event: ReactPointerEvent<HTMLElement>) => {
        if (event.button !== 0) return
        start.current = { id, element: event.currentTarget, x: event.clientX, y: event.clientY, pointer: event.pointerId, type: event.pointerType, at: event.timeStamp }
      },
      onDragStart: (event: { preventDefault: () => void }) => event.preventDefault(),
      onClickCapture: (event: { preventDefault: () => void; stopPropagation: () => void }) => {
        if (!justDragged.current) return
        event.preventDefault()
        event.stopPropagation()
      },
    }),
    [],
  )
  return { drag, grip }
}
