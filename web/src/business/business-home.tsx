import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '@/lib/page-title'
import { Skeleton } from '@/ui/spinner'
import { useModuleName } from './business-layout'
import { listQuery } from './model/api'
import type { Kind } from './model/types'
import { byModule, isSetting, useKinds, useLabel } from './model/use-kinds'
import { KindIcon } from './parts/kind-icon'

function KindCard({ kind }: { kind: Kind }) {
  const label = useLabel()
  const { data } = useQuery(listQuery({ kind: kind.name, conditions: [], sort: [] }, 1, true))
  return (
    <Link
      to="/business/$kind"
      params={{ kind: kind.name }}
      search={{}}
      className="flex items-center gap-3 rounded-lg bg-surface p-3.5 shadow-1 transition-shadow hover:shadow-2 dark:bg-raised"
    >
      <span className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-accent-text">
        <KindIcon icon={kind.icon} size={18} />
      </span>
      <span className="min-w-0 flex-1 truncate text-base font-medium">{label(kind.plural)}</span>
      {data ? <span className="text-fg-3 tnum">{data.count}</span> : <Skeleton className="h-4 w-6" />}
    </Link>
  )
}

/** Everything that the business keeps, and how much of it. */
export function BusinessHome() {
  const { t } = useTranslation('business')
  const kinds = useKinds()
  const moduleName = useModuleName()
  usePageTitle(t('title'))
  return (
    <div className="h-full overflow-y-auto bg-bg">
      <div className="mx-auto flex max-w-5xl flex-col gap-7 px-4 py-7 sm:px-8">
        <h1 className="text-2xl font-semibold">{t('title')}</h1>
        {byModule(kinds).map(({ module, kinds: all }) => (
          <section key={module} aria-labelledby={`module-${module}`}>
            <h2 id={`module-${module}`} className="mb-2.5 text-sm font-medium text-fg-3">
              {moduleName(module)}
            </h2>
            <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
              {all.filter(({ name }) => !isSetting(name)).map((kind) => <KindCard key={kind.name} kind={kind} />)}
            </div>
          </section>
        ))}
      </div>
    </div>
  )
}
