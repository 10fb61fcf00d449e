import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { rowsOf } from '../model/import-settings'
import type { Import } from '../model/imports'

/** How far something is; without a part it only moves. */
export function ProgressBar({ label, part, detail }: { label: string; part: number | null; detail?: string }) {
  const percent = part === null ? undefined : Math.round(part * 100)
  return (
    <div className="flex flex-col gap-2 text-left">
      <div className="flex justify-between gap-3">
        <span className="truncate font-medium">{label}</span>
        {detail && <span className="shrink-0 text-fg-3 tnum">{detail}</span>}
      </div>
      <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="h-1.5 overflow-hidden rounded-full bg-press">
        <div style={{ width: `${percent ?? 100}%` }} className={`h-full rounded-full bg-accent transition-[width] ${part === null ? 'animate-pulse' : ''}`} />
      </div>
    </div>
  )
}

/** What the server is doing with the rows at the moment. */
export function ImportProgress({ about }: { about: Import }) {
  const { t } = useTranslation('imports')
  const locale = useLocale()
  const { state, progress } = about
  const all = rowsOf(about)
  const number = (value: number) => value.toLocaleString(locale)
  const [now, whole] = state === 'undoing' ? [progress.undone ?? 0, progress.made + progress.changed + progress.linked] : [progress.read, all]
  const isKnown = state !== 'reading' && whole > 0
  return (
    <div role="status" className="mb-5 rounded-lg bg-bg p-4 shadow-1 dark:bg-raised">
      <ProgressBar
        label={t(`now.${state as 'reading' | 'checking' | 'running' | 'undoing'}`)}
        part={isKnown ? Math.min(1, now / whole) : null}
        detail={isKnown ? t('now.part', { now: number(now), all: number(whole) }) : undefined}
      />
    </div>
  )
}
