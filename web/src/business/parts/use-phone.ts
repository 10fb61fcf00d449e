import { useSyncExternalStore } from 'react'

const query = typeof window === 'undefined' ? null : window.matchMedia('(max-width: 639px)')

function subscribe(listener: () => void) {
  query?.addEventListener('change', listener)
  return () => query?.removeEventListener('change', listener)
}

export const usePhone = () => useSyncExternalStore(subscribe, () => query?.matches ?? false)
