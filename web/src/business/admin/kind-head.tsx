import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { KindIcon } from '../parts/kind-icon'

const PAGES = [
  { to: '/business/$kind/fields', name: 'fields.tab' },
  { to: '/business/$kind/access', name: 'access.tab' },
] as const

/** The head of the pages on which administrators set up a type. */
export function KindHead({ kind, title, text, children }: { kind: Kind; title: string; text: string; children?: ReactNode }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  return (
    <>
      <Link to="/business/$kind" params={{ kind: kind.name }} search={{}} className="mb-3 inline-flex h-8 items-center gap-1.5 rounded-md pr-2 text-fg-3 hover:text-fg">
        <ChevronLeft aria-hidden size={16} />
        <KindIcon icon={kind.icon} />
        {label(kind.plural)}
      </Link>
      <div className="mb-4 flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold">{title}</h1>
          <p className="text-fg-3">{text}</p>
        </div>
        {children}
      </div>
      <nav aria-label={label(kind.plural)} className="mb-5 flex gap-1 border-b pb-1.5">
        {PAGES.map(({ to, name }) => (
          <Link key={to} to={to} params={{ kind: kind.name }} className="flex h-7 items-center rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover data-[status=active]:bg-selected data-[status=active]:text-accent-text">
            {t(name)}
          </Link>
        ))}
      </nav>
    </>
  )
}
