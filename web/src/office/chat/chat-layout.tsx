import '@/ui/code.css'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveState } from '@/lib/live'
import { cn } from '@/ui/cn'
import { PageSpinner } from '@/ui/spinner'
import { ProfileLayer } from './people/profile-card'
import { Sidebar } from './sidebar/sidebar'
import { useChatSession } from './use-chat-session'

const PATIENCE_MS = 2_500

/** Said only when it lasts: a short cut heals before anybody notices. */
function ConnectionLine() {
  const { t } = useTranslation('chat')
  const down = useLiveState() !== 'live'
  const [told, setTold] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setTold(down), down ? PATIENCE_MS : 0)
    return () => clearTimeout(timer)
  }, [down])
  if (!told || !down || !navigator.onLine) return null
  return <p role="status" className="shrink-0 bg-warn-soft px-4 py-1.5 text-center text-xs font-medium text-warn">{t('reconnecting')}</p>
}

/** The list beside what it leads to; on a phone one screen after the other. */
export function ChatLayout() {
  const { t } = useTranslation(['chat', 'common'])
  const session = useChatSession()
  useEffect(() => void session.start(), [session])
  const atList = useRouterState({ select: ({ location }) => /^\/chat\/?$/.test(location.pathname) })
  return (
    <div className="flex h-full flex-col">
      <ConnectionLine />
      <div className="flex min-h-0 min-w-0 flex-1">
        {atList && <h1 className="sr-only md:hidden">{t('title')}</h1>}
        <div className={cn('w-full shrink-0 md:block md:w-64 md:border-r', atList ? 'block' : 'hidden')}>
          <Sidebar />
        </div>
        <div className={cn('min-w-0 flex-1 md:flex', atList ? 'hidden' : 'flex')}>
          <Suspense fallback={<PageSpinner label={t('common:loading')} />}>
            <Outlet />
          </Suspense>
        </div>
      </div>
      <ProfileLayer />
    </div>
  )
}
