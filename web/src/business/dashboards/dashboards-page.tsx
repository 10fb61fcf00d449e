import { useNavigate } from '@tanstack/react-router'
import { ChartPie, Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordChart, RecordDashboard } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { Empty } from '@/ui/empty'
import { InlineSelect } from '@/ui/field'
import { Menu, MenuItem } from '@/ui/menu'
import { PageSpinner } from '@/ui/spinner'
import { useKinds } from '../model/use-kinds'
import { ChartCard } from './chart-card'
import { useDashboards, useDashboardChanges } from './dashboards-api'

const ChartDialog = lazy(() => import('./chart-dialog'))
const DashboardDialog = lazy(() => import('./dashboard-dialog'))

type Asked = { what: 'new' } | { what: 'edit' } | { what: 'remove' } | { what: 'chart'; at: number | null }

/** Charts over records, saved and shared. */
export function DashboardsPage({ id }: { id?: string }) {
  const { t } = useTranslation(['business', 'common'])
  const problemText = useProblemText()
  const navigate = useNavigate()
  const { items, teams, isPending, error } = useDashboards()
  const [asked, setAsked] = useState<Asked | null>(null)
  const shown = items.find((one) => one.id === id) ?? items[0]
  usePageTitle(shown?.name ?? t('dashboards'))
  const open = (dashboard: string | undefined) => void navigate({ to: '/business/dashboards', search: dashboard ? { id: dashboard } : {} })
  const close = () => setAsked(null)
  if (isPending) return <PageSpinner label={t('common:loading')} />
  if (error) return <Empty icon={ChartPie} title={t('common:error.title')} text={problemText(error)} />
  const add = (
    <Button tone={shown ? 'plain' : 'primary'} onClick={() => setAsked({ what: 'new' })}>
      <Plus aria-hidden size={16} />
      {t('dashboard.new')}
    </Button>
  )
  return (
    <div className="flex h-full flex-col">
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b px-3 py-2 sm:px-4">
        <h1 className="flex min-w-0 items-center gap-2 text-base font-semibold">
          <ChartPie aria-hidden size={16} className="shrink-0 text-fg-3" />
          <span className="truncate">{shown?.name ?? t('dashboards')}</span>
        </h1>
        {items.length > 1 && (
          <InlineSelect aria-label={t('dashboards')} value={shown?.id ?? ''} onChange={(event) => open(event.target.value)}>
            {items.map(({ id: one, name }) => (
              <option key={one} value={one}>{name}</option>
            ))}
          </InlineSelect>
        )}
        <div className="ml-auto flex items-center gap-1.5">
          {shown?.may_change && (
            <Button tone="primary" onClick={() => setAsked({ what: 'chart', at: null })}>
              <Plus aria-hidden size={16} />
              {t('chart.new')}
            </Button>
          )}
          {shown && add}
          {shown?.may_change && (
            <Menu trigger={<IconButton label={t('more')}><Ellipsis size={17} /></IconButton>}>
              <MenuItem icon={Pencil} onSelect={() => setAsked({ what: 'edit' })}>{t('saved.edit')}</MenuItem>
              <MenuItem icon={Trash2} danger onSelect={() => setAsked({ what: 'remove' })}>{t('saved.remove')}</MenuItem>
            </Menu>
          )}
        </div>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto bg-bg p-3 sm:p-4">
        {shown ? <Board dashboard={shown} onAsk={setAsked} /> : <Empty icon={ChartPie} title={t('dashboards.none')} text={t('dashboards.text')}>{add}</Empty>}
      </div>
      <Suspense>
        {asked?.what === 'new' && <DashboardDialog teams={teams} onClose={close} onDone={open} />}
        {asked?.what === 'edit' && shown && <DashboardDialog teams={teams} edited={shown} onClose={close} onDone={open} />}
        {asked?.what === 'chart' && shown && <ChartDialog dashboard={shown} at={asked.at} onClose={close} />}
      </Suspense>
      {asked?.what === 'remove' && shown && <Remove dashboard={shown} onClose={close} onDone={() => open(undefined)} />}
    </div>
  )
}

function Remove({ dashboard, onClose, onDone }: { dashboard: RecordDashboard; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation(['business', 'common'])
  const changes = useDashboardChanges()
  const remove = async () => {
    if (!(await changes.remove(dashboard))) return
    onClose()
    onDone()
  }
  return (
    <ConfirmDialog
      open danger busy={changes.busy} onClose={onClose} onConfirm={() => void remove()}
      title={t('saved.remove_title', { view: dashboard.name })} description={t('dashboard.remove_text')} confirmLabel={t('saved.remove')} cancelLabel={t('common:cancel')}
    />
  )
}

function Board({ dashboard, onAsk }: { dashboard: RecordDashboard; onAsk: (asked: Asked) => void }) {
  const { t } = useTranslation('business')
  const kinds = useKinds()
  const changes = useDashboardChanges()
  const { charts, may_change: mayChange, lost } = dashboard
  // Two charts may have the same title: each has its number among these.
  const keys = charts.map(({ title }, at) => `${title} ${charts.slice(0, at).filter((other) => other.title === title).length}`)
  const put = (next: RecordChart[]) => void changes.change(dashboard, { charts: next })
  function move(at: number, by: -1 | 1) {
    const next = [...charts]
    const [chart] = next.splice(at, 1)
    if (chart) next.splice(at + by, 0, chart)
    put(next)
  }
  if (charts.length === 0 && lost === 0) {
    return (
      <Empty icon={ChartPie} title={t('dashboard.empty')} text={t('dashboard.empty_text')}>
        {mayChange && <Button tone="primary" onClick={() => onAsk({ what: 'chart', at: null })}>{t('chart.new')}</Button>}
      </Empty>
    )
  }
  return (
    <>
      {lost > 0 && <p role="status" className="mb-3 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">{t('dashboard.lost', { count: lost })}</p>}
      <div className="mx-auto grid max-w-6xl gap-3 sm:gap-4 md:grid-cols-2 lg:grid-cols-3">
        {charts.map((chart, at) => {
          const kind = kinds.find(({ name }) => name === chart.kind)
          return kind && <ChartCard key={keys[at]} chart={chart} kind={kind} editable={mayChange} onEdit={() => onAsk({ what: 'chart', at })} onRemove={() => put(charts.toSpliced(at, 1))} onMove={(by) => move(at, by)} first={at === 0} last={at === charts.length - 1} />
        })}
      </div>
    </>
  )
}
