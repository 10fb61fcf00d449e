import { useEffect, useRef, useSyncExternalStore } from 'react'
import { readSetting, writeSetting } from './storage'

const SEQUENCE_MS = 1000
const listeners = new Set<() => void>()

/** Single letters can be switched off: speech input and unsteady hands trigger them by accident (WCAG 2.1.4). */
const lettersEnabled = () => readSetting('letter-shortcuts') !== 'off'

export function setLetterShortcuts(enabled: boolean) {
  writeSetting('letter-shortcuts', enabled ? null : 'off')
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useLetterShortcuts = () => useSyncExternalStore(subscribe, lettersEnabled)

function isTyping(target: EventTarget | null) {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

const isOverlayOpen = () => document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null

function strokeOf(event: KeyboardEvent) {
  const modifier = event.ctrlKey || event.metaKey ? 'Mod+' : ''
  return modifier + (event.key.length === 1 ? event.key.toLowerCase() : event.key)
}

/**
 * Global shortcuts: `{ 'Mod+k': …, '?': …, 'g d': … }`. Those without a modifier rest while
 * somebody types or a dialog is open. Those of a page go before those of the shell.
 */
export function useShortcuts(bindings: Record<string, () => void>, { first = false }: { first?: boolean } = {}) {
  const latest = useRef(bindings)
  useEffect(() => {
    latest.current = bindings
  })
  useEffect(() => {
    let prefix = ''
    let prefixAt = 0
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || event.altKey || event.isComposing) return
      const stroke = strokeOf(event)
      const withModifier = stroke.startsWith('Mod+')
      if (!withModifier && (isTyping(event.target) || isOverlayOpen() || !lettersEnabled())) return
      const sequence = event.timeStamp - prefixAt < SEQUENCE_MS ? `${prefix} ${stroke}` : stroke
      const run = latest.current[sequence] ?? latest.current[stroke]
      prefix = stroke
      prefixAt = event.timeStamp
      if (!run) return
      prefixAt = 0
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', onKeyDown, first)
    return () => window.removeEventListener('keydown', onKeyDown, first)
  }, [first])
}
