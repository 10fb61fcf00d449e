import { useEffect, useSyncExternalStore } from 'react'

let current = ''
const listeners = new Set<() => void>()

/** Names the page in the window title and in the top bar. */
export function usePageTitle(title: string) {
  useEffect(() => {
    current = title
    document.title = title ? `${title} · Kontor` : 'Kontor'
    for (const listener of listeners) listener()
  }, [title])
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useCurrentTitle = () => useSyncExternalStore(subscribe, () => current)
