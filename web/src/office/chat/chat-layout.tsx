import '@/ui/code.css'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { PageSpinner } from '@/ui/spinner'
import { ProfileLayer } from './people/profile-card'
import { Sidebar } from './sidebar/sidebar'
import { useChatSession } from './use-chat-session'

/** The list beside what it leads to; on a phone one screen after the other. */
export function ChatLayout() {
  const { t } = useTranslation(['chat', 'common'])
  const session = useChatSession()
  useEffect(() => void session.start(), [session])
  const atList = useRouterState({ select: ({ location }) => /^\/chat\/?$/.test(location.pathname) })
  return (
    <div className="flex h-full min-w-0">
      {atList && <h1 className="sr-only md:hidden">{t('title')}</h1>}
      <div className={cn('w-full shrink-0 md:block md:w-64 md:border-r', atList ? 'block' : 'hidden')}>
        <Sidebar />
      </div>
      <div className={cn('min-w-0 flex-1 md:flex', atList ? 'hidden' : 'flex')}>
        <Suspense fallback={<PageSpinner label={t('common:loading')} />}>
          <Outlet />
        </Suspense>
      </div>
      <ProfileLayer />
    </div>
  )
}
