import { live } from '@/lib/live'

const IDLE_MS = 5 * 60_000
const SIGNS = ['pointerdown', 'keydown', 'pointermove', 'wheel'] as const

/** Tells the others whether somebody sits at this browser. */
export function tellPresence(): () => void {
  let told: 'online' | 'away' | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  function tell(state: 'online' | 'away') {
    if (told === state || live.state !== 'live') return
    told = state
    live.hint('presence.set', { state })
  }
  function awake() {
    clearTimeout(timer)
    timer = setTimeout(() => tell('away'), IDLE_MS)
    if (document.visibilityState === 'visible') tell('online')
  }
  const stopState = live.subscribeState(() => {
    // The server forgets a presence together with its connection.
    if (live.state !== 'live') told = null
    else awake()
  })
  for (const sign of SIGNS) window.addEventListener(sign, awake, { passive: true })
  document.addEventListener('visibilitychange', awake)
  awake()
  return () => {
    clearTimeout(timer)
    stopState()
    for (const sign of SIGNS) window.removeEventListener(sign, awake)
    document.removeEventListener('visibilitychange', awake)
  }
}
