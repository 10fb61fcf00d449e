import { useSyncExternalStore } from 'react'
import { LiveClient } from './live-client'

const address = () => `${window.location.origin.replace(/^http/, 'ws')}/api/v1/live?v=1`

/** The socket of this tab. It connects when the shell starts it. */
export const live = new LiveClient({ url: address })

export const useLiveState = () => useSyncExternalStore(live.subscribeState, () => live.state)

/** Ties the socket to the browser: a network that returns and a tab that wakes need no waiting. */
export function followBrowser(client: LiveClient): () => void {
  const hurry = () => client.hurry()
  const onVisible = () => document.visibilityState === 'visible' && client.hurry()
  const onOffline = () => client.state === 'live' && client.probe()
  window.addEventListener('online', hurry)
  window.addEventListener('offline', onOffline)
  document.addEventListener('visibilitychange', onVisible)
  return () => {
    window.removeEventListener('online', hurry)
    window.removeEventListener('offline', onOffline)
    document.removeEventListener('visibilitychange', onVisible)
  }
}
