import { ArrowLeft, type LucideIcon } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '@/lib/page-title'

type PageFrameProps = { icon: LucideIcon; title: string; actions?: ReactNode; children: ReactNode }

export function PageFrame({ icon: Icon, title, actions, children }: PageFrameProps) {
  const { t } = useTranslation('chat')
  usePageTitle(title)
  return (
    <section aria-label={title} className="flex min-w-0 flex-1 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-2 border-b px-2 sm:px-4">
        <Link to="/chat" aria-label={t('back')} className="flex size-8 items-center justify-center rounded-md text-fg-2 hover:bg-hover md:hidden"><ArrowLeft size={18} strokeWidth={1.75} /></Link>
        <Icon aria-hidden size={17} strokeWidth={1.75} className="text-fg-3" />
        <h1 className="flex-1 truncate text-base font-semibold">{title}</h1>
        {actions}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-3xl px-2 py-3 sm:px-4">{children}</div>
      </div>
    </section>
  )
}
