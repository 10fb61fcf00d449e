import { Link } from '@tanstack/react-router'
import { Keyboard } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useBadges } from '@/lib/badges'
import { useSession } from '@/lib/session'
import { IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { tip } from '@/ui/tooltip'
import { APPS } from './apps'

const LINK =
  'relative flex size-10 items-center justify-center rounded-lg text-fg-3 transition-colors duration-100 hover:bg-hover hover:text-fg data-[status=active]:bg-selected data-[status=active]:text-accent-text'

function useApps() {
  const { permissions } = useSession()
  return APPS.filter(({ needs }) => !needs || permissions.includes(needs))
}

/** How much of an app waits: a number for what is meant for the person, a dot for the rest. */
function AppBadge({ name, className }: { name: string; className: string }) {
  const { t } = useTranslation('common')
  const { mentions, unread } = useBadges()
  if (name !== 'chat' || (mentions === 0 && !unread)) return null
  if (mentions === 0) {
    return (
      <span className={cn('absolute size-2 rounded-full bg-accent ring-2 ring-bg', className)}>
        <span className="sr-only">{t('unread')}</span>
      </span>
    )
  }
  return (
    <span className={cn('absolute min-w-4.5 rounded-full bg-accent px-1 text-center text-2xs leading-[1.125rem] font-semibold text-accent-fg ring-2 ring-bg tnum', className)}>
      {mentions > 99 ? '99+' : mentions}
      <span className="sr-only"> {t('unread')}</span>
    </span>
  )
}

export function Rail({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation('common')
  return (
    <nav aria-label={t('nav.apps')} className="no-print hidden w-14 shrink-0 flex-col items-center gap-1 py-1.5 sm:flex">
      {useApps().map(({ name, to, icon: Icon, key }) => (
        <Link
          key={name}
          to={to}
          activeOptions={{ exact: to === '/' }}
          aria-label={t(`nav.${name}`)}
          className={LINK}
          {...tip(t(`nav.${name}`), ['G', key], 'right')}
        >
          <Icon size={18} strokeWidth={1.75} />
          <AppBadge name={name} className="-top-0.5 -right-0.5" />
        </Link>
      ))}
      <IconButton label={t('shortcuts')} keys={['?']} side="right" className="mt-auto mb-1 size-10" onClick={onHelp}>
        <Keyboard size={18} strokeWidth={1.75} />
      </IconButton>
    </nav>
  )
}

/** The rail of a phone: at the bottom, within reach of the thumb. */
export function TabBar() {
  const { t } = useTranslation('common')
  return (
    <nav aria-label={t('nav.apps')} data-tab-bar className="no-print flex shrink-0 border-t bg-bg pb-[env(safe-area-inset-bottom)] sm:hidden">
      {useApps().map(({ name, to, icon: Icon }) => (
        <Link
          key={name}
          to={to}
          activeOptions={{ exact: to === '/' }}
          className="flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-2xs font-medium text-fg-3 data-[status=active]:text-accent-text"
        >
          <span className="relative">
            <Icon aria-hidden size={20} strokeWidth={1.75} />
            <AppBadge name={name} className="-top-1.5 left-3" />
          </span>
          <span className="max-w-full truncate px-0.5">{t(`nav.${name}`)}</span>
        </Link>
      ))}
    </nav>
  )
}
