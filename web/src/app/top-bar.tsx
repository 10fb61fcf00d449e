import { Link } from '@tanstack/react-router'
import { Bell, Plus, Search } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useBadges } from '@/lib/badges'
import { useCurrentTitle } from '@/lib/page-title'
import { usePermission, useSession } from '@/lib/session'
import { useNewDocument } from '@/office/documents/use-new-document'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Keys } from '@/ui/kbd'
import { Logo } from '@/ui/logo'
import { whenReached } from '@/ui/when-reached'
import { ThemeButton } from './theme-button'

const LaterNotifications = whenReached('dialog', () => import('./notifications'))
const LaterProfileMenu = whenReached('menu', () => import('./profile-menu'))

function NotificationButton() {
  const { t } = useTranslation('shell')
  const { notifications } = useBadges()
  const label = notifications > 0 ? t('notifications.count', { count: notifications }) : t('notifications')
  return (
    <LaterNotifications
      button={(events) => (
        <IconButton label={label} className="relative" {...events}>
          <Bell size={17} strokeWidth={1.75} />
          {notifications > 0 && (
            <span aria-hidden className="absolute top-0.5 right-0 min-w-4 rounded-full bg-accent px-1 text-center text-[10px] leading-4 font-semibold text-accent-fg ring-2 ring-bg tnum">
              {notifications > 99 ? '99+' : notifications}
            </span>
          )}
        </IconButton>
      )}
    />
  )
}

function ProfileButton({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation('shell')
  const { user } = useSession()
  return (
    <LaterProfileMenu
      onHelp={onHelp}
      button={(events) => (
        <button type="button" aria-label={t('profile', { name: user.name })} className="ml-1 rounded-full" {...events}>
          <Avatar id={user.id} name={user.name} size="md" />
        </button>
      )}
    />
  )
}

function Breadcrumb() {
  const { tenant } = useSession()
  const title = useCurrentTitle()
  return (
    <div className="hidden min-w-0 flex-1 items-center gap-2 md:flex">
      <span className="shrink-0 font-semibold">{tenant.name}</span>
      <span aria-hidden className="text-fg-3">
        /
      </span>
      <span className="truncate text-fg-2">{title}</span>
    </div>
  )
}

function SearchField({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation('shell')
  return (
    <button
      type="button"
      onClick={onSearch}
      aria-keyshortcuts="Control+K Meta+K"
      className="flex h-8 min-w-0 flex-1 items-center gap-2.5 rounded-md bg-surface px-2.5 text-left text-fg-3 shadow-1 transition-colors hover:bg-raised hover:text-fg-2 md:max-w-lg md:flex-[2]"
    >
      <Search aria-hidden size={16} strokeWidth={1.75} className="shrink-0" />
      <span className="min-w-0 flex-1 truncate max-sm:hidden">{t('search')}</span>
      <span className="sm:hidden">{t('search.short')}</span>
      <Keys keys={['Mod', 'K']} className="max-md:hidden" />
    </button>
  )
}

export function TopBar({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const { t } = useTranslation(['shell', 'common'])
  const mayCreate = usePermission('documents.create')
  const newDocument = useNewDocument()
  return (
    <header className="no-print flex h-12 shrink-0 items-center gap-2 px-3 sm:pl-0">
      <div className="flex shrink-0 items-center justify-center sm:w-14">
        <Link to="/" aria-label={t('common:nav.home')} className="rounded-lg">
          <Logo className="size-8" />
        </Link>
      </div>
      <Breadcrumb />
      <SearchField onSearch={onSearch} />
      <div className="flex items-center justify-end gap-1 md:flex-1">
        {mayCreate && (
          <>
            <Button tone="primary" className="max-sm:hidden" busy={newDocument.isPending} onClick={() => newDocument.open()}>
              <Plus aria-hidden size={16} strokeWidth={2} />
              {t('new')}
            </Button>
            <IconButton label={t('new_document')} tone="primary" className="sm:hidden" onClick={() => newDocument.open()}>
              <Plus size={18} strokeWidth={2} />
            </IconButton>
          </>
        )}
        <ThemeButton />
        <NotificationButton />
        <ProfileButton onHelp={onHelp} />
      </div>
    </header>
  )
}
