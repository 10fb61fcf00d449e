import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Keys } from './kbd'

type Side = 'top' | 'bottom' | 'right'
type Tip = { label: string; keys: string[]; side: Side; rect: DOMRect }

const DELAY_MS = 350
const GAP = 6
const EDGE = 6

/** Attributes that give an element a tooltip. The accessible name is the element's own business. */
export const tip = (label: string, keys: readonly string[] = [], side: Side = 'bottom') => ({
  'data-tip': label,
  'data-tip-keys': keys.join(' '),
  'data-tip-side': side,
})

function tipOf(target: EventTarget | null): { element: HTMLElement; tip: Tip } | null {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null
  const { tip: label, tipKeys = '', tipSide = 'bottom' } = element?.dataset ?? {}
  if (!element || !label) return null
  const keys = tipKeys ? tipKeys.split(' ') : []
  return { element, tip: { label, keys, side: tipSide as Side, rect: element.getBoundingClientRect() } }
}

function placeOf({ side, rect }: Tip, width: number, height: number) {
  const middle = rect.left + rect.width / 2 - width / 2
  const below = rect.bottom + GAP
  const above = rect.top - GAP - height
  const fits = below + height + EDGE < window.innerHeight
  const top = side === 'top' ? (above > EDGE ? above : below) : fits ? below : above
  if (side === 'right') return { left: rect.right + GAP, top: rect.top + rect.height / 2 - height / 2 }
  return { left: Math.min(Math.max(EDGE, middle), window.innerWidth - width - EDGE), top }
}

/** Which tooltip is due: after a moment under the pointer, at once with the keyboard, never on touch. */
function useTip() {
  const [shown, setShown] = useState<Tip | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let current: HTMLElement | null = null
    function hide() {
      clearTimeout(timer)
      current = null
      setShown(null)
    }
    function onOver(event: PointerEvent) {
      if (event.pointerType === 'touch') return
      const found = tipOf(event.target)
      if (found?.element === current) return
      hide()
      if (!found) return
      current = found.element
      timer = setTimeout(() => setShown(tipOf(found.element)?.tip ?? null), DELAY_MS)
    }
    function onFocus(event: FocusEvent) {
      const found = tipOf(event.target)
      if (found?.element.matches(':focus-visible')) setShown(found.tip)
    }
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && hide()
    const listeners = new AbortController()
    const { signal } = listeners
    document.addEventListener('pointerover', onOver, { signal })
    document.addEventListener('pointerdown', hide, { signal, capture: true })
    document.addEventListener('focusin', onFocus, { signal })
    document.addEventListener('focusout', hide, { signal })
    document.addEventListener('keydown', onKey, { signal })
    document.addEventListener('scroll', hide, { signal, capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      listeners.abort()
    }
  }, [])
  return shown
}

/** One layer for all tooltips: they cost nothing until one is shown. */
export function TooltipLayer() {
  const shown = useTip()
  const bubble = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (!shown || !bubble.current) return
    const { left, top } = placeOf(shown, bubble.current.offsetWidth, bubble.current.offsetHeight)
    bubble.current.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
  }, [shown])
  if (!shown) return null
  return (
    <div
      ref={bubble}
      role="tooltip"
      className="no-print pointer-events-none fixed top-0 left-0 z-[60] flex max-w-72 items-center gap-2 rounded-md bg-fg px-2 py-1 text-xs text-bg shadow-2 [&_kbd]:bg-bg/20 [&_kbd]:text-bg"
    >
      {shown.label}
      {shown.keys.length > 0 && <Keys keys={shown.keys} className="shrink-0" />}
    </div>
  )
}
