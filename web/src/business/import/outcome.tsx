import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Skeleton } from '@/ui/spinner'
import { download } from '../model/export'
import { lineOf } from '../model/import-settings'
import { errorFileUrl, readFaults, type Import } from '../model/imports'
import type { Kind } from '../model/types'

const FIRST_FAULTS = 10
const CELLS_SHOWN = 4

const COUNTS = [
  ['made', 'text-ok'],
  ['changed', 'text-info'],
  ['skipped', 'text-fg-2'],
  ['failed', 'text-bad'],
  ['linked', 'text-plum'],
] as const

type OutcomeProps = { kind: Kind; about: Import; /** Nothing has been stored: it is told what would be. */ isRehearsal?: boolean }

/** How many rows became what, and what is wrong with the others. */
export function Outcome({ kind, about, isRehearsal }: OutcomeProps) {
  const { t } = useTranslation('imports')
  const locale = useLocale()
  const { progress } = about
  const shown = COUNTS.filter(([name]) => name === 'made' || name === 'failed' || progress[name] > 0)
  return (
    <section aria-label={isRehearsal ? t('outcome.rehearsal') : t('outcome')} className="flex flex-col gap-4">
      {isRehearsal && <p className="text-fg-2">{t('outcome.rehearsal_text')}</p>}
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {shown.map(([name, tone]) => (
          <div key={name} data-count={name} className="rounded-lg bg-bg px-3.5 py-2.5 shadow-1 dark:bg-raised">
            <dt className="text-xs text-fg-3">{t(`count.${isRehearsal ? 'would' : 'was'}.${name}`)}</dt>
            <dd className={cn('text-xl font-semibold tnum', progress[name] > 0 ? tone : 'text-fg-3')}>{progress[name].toLocaleString(locale)}</dd>
          </div>
        ))}
      </dl>
      {progress.failed > 0 && <Faults kind={kind} about={about} />}
    </section>
  )
}

function Faults({ kind, about }: OutcomeProps) {
  const { t } = useTranslation('imports')
  const problemText = useProblemText()
  const { id, header, progress, settings } = about
  const query = useQuery({
    queryKey: ['records', 'imports', kind.name, id, 'faults', about.state, progress.failed],
    queryFn: () => readFaults(kind.name, id, FIRST_FAULTS),
    staleTime: 0,
  })
  const kept = header.flatMap((name, at) => (settings.mapping[at] ? [{ name, at }] : []))
  return (
    <div className="overflow-hidden rounded-lg shadow-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-bad-soft px-4 py-2 dark:bg-transparent">
        <h3 className="flex-1 font-medium text-bad">{t('faults', { count: progress.failed })}</h3>
        <Button size="sm" onClick={() => download(errorFileUrl(kind.name, id))}>
          <Download aria-hidden size={14} />
          {t('faults.download')}
        </Button>
      </div>
      {query.isPending && <Skeleton className="m-4 h-12" />}
      {query.isError && <p role="alert" className="px-4 py-3 text-bad">{problemText(query.error)}</p>}
      <ul>
        {query.data?.map((fault, index) => {
          const line = lineOf(about, fault.cells)
          return (
            // The same row may be there twice.
            // eslint-disable-next-line react/no-array-index-key
            <li key={index} data-fault className="border-b px-4 py-2 last:border-0">
              <p>
                {line !== null && <span className="mr-2 text-fg-3 tnum">{t('faults.row', { number: line })}</span>}
                <span className="font-medium text-bad">{fault.why}</span>
              </p>
              <p className="truncate text-xs text-fg-3">
                {kept.slice(0, CELLS_SHOWN).map(({ name, at }) => `${name}: ${fault.cells[at] ?? ''}`).join(' · ')}
              </p>
            </li>
          )
        })}
      </ul>
      {query.data && progress.failed > query.data.length && <p className="border-t px-4 py-2 text-xs text-fg-3">{t('faults.rest', { count: progress.failed - query.data.length })}</p>}
    </div>
  )
}
