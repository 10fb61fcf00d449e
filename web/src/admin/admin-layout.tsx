import { Link, Outlet } from '@tanstack/react-router'
import { Bot, Lock, Network, Scale, ShieldAlert, SquareSlash, Users, Webhook } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSession, type Permission } from '@/lib/session'
import { Empty } from '@/ui/empty'

const PAGES = [
  { to: '/admin/people', name: 'people', icon: Users, needs: 'people.manage' },
  { to: '/admin/moderation', name: 'moderation', icon: ShieldAlert, needs: 'chat.moderation' },
  { to: '/admin/holds', name: 'holds', icon: Scale, needs: 'chat.holds' },
  { to: '/admin/bots', name: 'bots', icon: Bot, needs: 'people.manage' },
  { to: '/admin/commands', name: 'commands', icon: SquareSlash, needs: 'tenant.manage' },
  { to: '/admin/webhooks', name: 'webhooks', icon: Webhook, needs: 'tenant.manage' },
  { to: '/admin/actors', name: 'actors', icon: Network, needs: 'actors.observe' },
] as const satisfies readonly { to: string; name: string; icon: typeof Users; needs: Permission }[]

export function AdminLayout() {
  const { t } = useTranslation('admin')
  const { permissions } = useSession()
  const pages = PAGES.filter(({ needs }) => permissions.includes(needs))
  if (pages.length === 0) return <Empty icon={Lock} title={t('forbidden')} text={t('forbidden_text')} />
  return (
    <div className="flex h-full flex-col md:flex-row">
      <nav aria-label={t('title')} className="flex shrink-0 gap-1 overflow-x-auto border-b p-2 md:w-52 md:flex-col md:border-r md:border-b-0 md:p-3">
        <h2 className="px-2.5 pt-1 pb-2 text-xs font-medium text-fg-3 max-md:hidden">{t('title')}</h2>
        {pages.map(({ to, name, icon: Icon }) => (
          <Link
            key={name}
            to={to}
            className="flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium whitespace-nowrap text-fg-2 hover:bg-hover data-[status=active]:bg-selected data-[status=active]:text-accent-text"
          >
            <Icon aria-hidden size={16} strokeWidth={1.75} />
            {t(name)}
          </Link>
        ))}
      </nav>
      <div className="min-h-0 min-w-0 flex-1 overflow-y-auto">
        <Outlet />
      </div>
    </div>
  )
}
