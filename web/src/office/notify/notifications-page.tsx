import { CheckCheck, Settings2 } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '@/lib/page-title'
import { Button } from '@/ui/button'
import { InboxList, useReadChange } from './inbox'

export function NotificationsPage() {
  const { t } = useTranslation('notify')
  const [unread, setUnread] = useState(false)
  const change = useReadChange()
  usePageTitle(t('title'))
  return (
    <div className="flex h-full flex-col">
      <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1.5 sm:px-5">
        <h1 className="flex-1 text-base font-semibold">{t('title')}</h1>
        <Button size="sm" tone="quiet" aria-pressed={unread} onClick={() => setUnread(!unread)} className="aria-pressed:bg-selected aria-pressed:text-accent-text">{t('only_unread')}</Button>
        <Button size="sm" onClick={() => void change('all', true)}><CheckCheck aria-hidden size={14} />{t('mark_all_read')}</Button>
        <Link to="/notifications/preferences" className="flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-fg-2 hover:bg-hover"><Settings2 aria-hidden size={14} />{t('preferences')}</Link>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-3xl py-2"><InboxList unread={unread} /></div>
      </div>
    </div>
  )
}
