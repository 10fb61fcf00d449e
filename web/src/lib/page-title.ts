import { useEffect, useSyncExternalStore } from 'react'

let current = ''
let waiting = 0
const listeners = new Set<() => void>()

function show() {
  const title = current ? `${current} · Kontor` : 'Kontor'
  document.title = waiting > 0 ? `(${waiting > 99 ? '99+' : waiting}) ${title}` : title
}

/** Names the page in the window title and in the top bar. */
export function usePageTitle(title: string) {
  useEffect(() => {
    current = title
    show()
    for (const listener of listeners) listener()
  }, [title])
}

/** How much waits for the person, in front of the title: visible in a tab that is not. */
export function setTitleCount(count: number) {
  waiting = count
  show()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useCurrentTitle = () => useSyncExternalStore(subscribe, () => current)
