import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/lib/session'
import { notify } from '@/ui/toast'

type Told = { title: string; link: string }

/** Starts the live connection after the shell stands: the first sight of a page does not wait for it. */
export function useLive() {
  const { user, permissions } = useSession()
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const mayListPeople = permissions.includes('people.list')
  const onAdded = useEffectEvent(({ title, link }: Told) => {
    const target = new URL(link, window.location.origin)
    const there = window.location.pathname === target.pathname && document.hasFocus()
    if (!there && target.origin === window.location.origin) notify(title, { action: { label: t('open'), run: () => void navigate({ href: link }) } })
  })
  // A push message was clicked while the app stood open.
  const onMessage = useEffectEvent(({ data }: MessageEvent) => {
    const link = (data as { open?: unknown } | null)?.open
    if (typeof link === 'string') void navigate({ href: link })
  })
  useEffect(() => {
    const listen = (event: MessageEvent) => onMessage(event)
    navigator.serviceWorker?.addEventListener('message', listen)
    return () => navigator.serviceWorker?.removeEventListener('message', listen)
  }, [])
  useEffect(() => {
    let stop: (() => void) | null = null
    let gone = false
    import('./live').then(
      ({ startLive }) => {
        if (!gone) stop = startLive({ userId: user.id, mayListPeople, onAdded: (told) => onAdded(told) })
      },
      () => {
        // Offline before it was ever loaded: the pages work without news.
      },
    )
    return () => {
      gone = true
      stop?.()
    }
  }, [user.id, mayListPeople])
}
