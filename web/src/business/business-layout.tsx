import { Link, Outlet, useParams } from '@tanstack/react-router'
import { BriefcaseBusiness, ChartPie, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/lib/session'
import { IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { byModule, isSetting, useKinds, useLabel } from './model/use-kinds'
import type { Kind } from './model/types'
import { KindIcon } from './parts/kind-icon'

const NewKindDialog = lazy(() => import('./admin/new-kind-dialog'))

const LINK =
  'flex h-8 shrink-0 items-center gap-2.5 rounded-md px-2.5 font-medium whitespace-nowrap text-fg-2 outline-offset-[-2px] hover:bg-hover data-[status=active]:bg-selected data-[status=active]:text-accent-text max-md:data-[status=active]:bg-selected'

function KindLink({ kind }: { kind: Kind }) {
  const label = useLabel()
  return (
    <Link to="/business/$kind" params={{ kind: kind.name }} search={{}} activeOptions={{ includeSearch: false }} className={LINK}>
      <KindIcon icon={kind.icon} className="shrink-0" />
      <span className="truncate">{label(kind.plural)}</span>
    </Link>
  )
}

export function useModuleName() {
  const { t, i18n } = useTranslation('business')
  return (module: string) => (i18n.exists(`module.${module}`, { ns: 'business' }) ? t(`module.${module}` as 'module.crm') : module)
}

function Modules() {
  const { t } = useTranslation('business')
  const kinds = useKinds()
  const moduleName = useModuleName()
  const mayManage = usePermission('tenant.manage')
  const [adding, setAdding] = useState(false)
  return (
    <>
      {kinds.length > 0 && (
        <Link to="/business/dashboards" search={{}} activeOptions={{ includeSearch: false }} className={LINK}>
          <ChartPie aria-hidden size={16} strokeWidth={1.75} className="shrink-0" />
          {t('dashboards')}
        </Link>
      )}
      {byModule(kinds).map(({ module, kinds: all }) => (
        <section key={module} aria-label={moduleName(module)} className="max-md:contents">
          <h2 className="px-2.5 pt-3 pb-1.5 text-xs font-medium text-fg-3 max-md:hidden">{moduleName(module)}</h2>
          {all.filter(({ name }) => !isSetting(name)).map((kind) => <KindLink key={kind.name} kind={kind} />)}
          {all.some(({ name }) => isSetting(name)) && <span aria-hidden className="mx-2.5 my-1 block border-t max-md:hidden" />}
          {all.filter(({ name }) => isSetting(name)).map((kind) => <KindLink key={kind.name} kind={kind} />)}
        </section>
      ))}
      {mayManage && (
        <button type="button" onClick={() => setAdding(true)} className={`${LINK} mt-2 text-fg-3 max-md:hidden md:w-full`}>
          <Plus aria-hidden size={16} strokeWidth={1.75} className="shrink-0" />
          {t('kind.new')}
        </button>
      )}
      {mayManage && (
        <IconButton label={t('kind.new')} className="md:hidden" onClick={() => setAdding(true)}>
          <Plus size={16} strokeWidth={1.75} />
        </IconButton>
      )}
      <Suspense>{adding && <NewKindDialog kinds={kinds} onClose={() => setAdding(false)} />}</Suspense>
    </>
  )
}

export function BusinessLayout() {
  const { t } = useTranslation('business')
  const kinds = useKinds()
  const onRecord = useParams({ strict: false, select: (params) => 'recordId' in params })
  const mayManage = usePermission('tenant.manage')
  if (kinds.length === 0 && !mayManage) return <Empty icon={BriefcaseBusiness} title={t('none.title')} text={t('none.text')} />
  return (
    <div className="flex h-full flex-col md:flex-row">
      <nav aria-label={t('title')} className={`shrink-0 gap-0.5 overflow-x-auto border-b p-1.5 md:block md:w-52 md:overflow-x-hidden md:overflow-y-auto md:border-r md:border-b-0 md:px-2.5 md:pt-1 md:pb-3 ${onRecord ? 'hidden' : 'flex'}`}>
        <Modules />
      </nav>
      <div className="min-h-0 min-w-0 flex-1">
        <Outlet />
      </div>
    </div>
  )
}
