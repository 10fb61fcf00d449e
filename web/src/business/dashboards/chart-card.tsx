import { ArrowDown, ArrowUp, ChartColumn, Ellipsis, Pencil, Table2, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordChart } from '@/lib/api/types'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { useStore } from '@/lib/store'
import { IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Menu, MenuItem } from '@/ui/menu'
import { Skeleton } from '@/ui/spinner'
import { titles, useTitle } from '../model/titles'
import { fieldOf, type Kind } from '../model/types'
import { useLabel, usePeople } from '../model/use-kinds'
import { formatMoney } from '../model/values'
import { chartData } from './chart-data'
import { ChartTable, ChartView } from './chart-view'
import { useChartTotals } from './use-chart'

const SPANS = ['', '', 'lg:col-span-2', 'lg:col-span-3']

/** What the groups of a chart are called. */
function useNames(chart: RecordChart, kind: Kind) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const people = usePeople()
  const field = chart.by ? fieldOf(kind, chart.by) : undefined
  const known = useStore(titles.known, (all) => all)
  return (key: string): string => {
    if (key === '') return t('group.none', { field: label(field?.label ?? (chart.by === 'owner' ? t('owner') : (chart.by ?? ''))) })
    if (chart.by === 'state') return label(kind.states.find(({ value }) => value === key)?.label ?? key)
    if (chart.by === 'owner' || field?.type === 'person') return people.get(key)?.name ?? t('someone')
    if (field?.type === 'choice') return label(field.options[Number(key)]?.label ?? key)
    if (field?.type === 'boolean') return key === '1' ? t('yes') : t('no')
    return field?.type === 'link' ? known.get(key)?.title || '…' : key
  }
}

/** Asks for the title of one linked record. */
function Wanted({ to, id }: { to: string; id: string }) {
  useTitle(to, id)
  return null
}

type CardProps = { chart: RecordChart; kind: Kind; editable: boolean; onEdit: () => void; onRemove: () => void; onMove: (by: -1 | 1) => void; first: boolean; last: boolean }

export function ChartCard({ chart, kind, editable, onEdit, onRemove, onMove, first, last }: CardProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const label = useLabel()
  const problemText = useProblemText()
  const [asTable, setAsTable] = useState(false)
  const nameOf = useNames(chart, kind)
  const { data: totals, isPending, error } = useChartTotals(chart)
  const field = chart.by ? fieldOf(kind, chart.by) : undefined
  const monthLabel = (month: string) => new Date(`${month}-01T00:00:00Z`).toLocaleDateString(locale, { month: 'short', year: '2-digit', timeZone: 'UTC' })
  const data = totals && chartData(chart, kind, totals, { labelOf: nameOf, monthLabel, rest: t('chart.rest') })
  const money = (value: number, short: boolean) => (data?.currency ? formatMoney({ minor: Math.round(value), currency: data.currency }, locale, short) : '')
  const text = (value: number) => (data?.currency ? money(value, false) : new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value))
  const short = (value: number) => (data?.currency ? money(value, true) : new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value))
  const isNumber = chart.form === 'number'
  const by = label(field?.label ?? (chart.by === 'owner' ? t('owner') : chart.by === 'state' ? t('state') : ''))
  return (
    <section aria-label={chart.title} className={cn('flex min-w-0 flex-col rounded-xl bg-surface p-4 shadow-1 dark:bg-raised', SPANS[chart.width ?? 1])}>
      <header className="mb-3 flex items-center gap-1">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{chart.title}</h2>
        {!isNumber && (
          <IconButton label={t(asTable ? 'chart.as_drawing' : 'chart.as_table')} size="sm" onClick={() => setAsTable(!asTable)}>
            {asTable ? <ChartColumn size={15} /> : <Table2 size={15} />}
          </IconButton>
        )}
        {editable && (
          <Menu trigger={<IconButton label={t('chart.actions', { chart: chart.title })} size="sm"><Ellipsis size={15} /></IconButton>}>
            <MenuItem icon={Pencil} onSelect={onEdit}>{t('chart.edit')}</MenuItem>
            {!first && <MenuItem icon={ArrowUp} onSelect={() => onMove(-1)}>{t('saved.up')}</MenuItem>}
            {!last && <MenuItem icon={ArrowDown} onSelect={() => onMove(1)}>{t('saved.down')}</MenuItem>}
            <MenuItem icon={Trash2} danger onSelect={onRemove}>{t('saved.remove')}</MenuItem>
          </Menu>
        )}
      </header>
      {isPending && <Skeleton className={isNumber ? 'h-24' : 'h-48'} />}
      {error && !totals && <p role="alert" className="py-8 text-center text-bad">{problemText(error)}</p>}
      {data && (asTable ? <ChartTable chart={chart} data={data} text={text} by={by} /> : <ChartView chart={chart} data={data} text={text} short={short} />)}
      {data && data.others.length > 0 && <p className="mt-2 text-xs text-fg-3">{t('chart.others', { amounts: data.others.map(({ currency, value }) => formatMoney({ minor: value, currency }, locale)).join(', ') })}</p>}
      {field?.type === 'link' && totals?.map(({ key }) => typeof key === 'string' && <Wanted key={key} to={field.to} id={key} />)}
    </section>
  )
}
