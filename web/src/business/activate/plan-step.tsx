import { queryOptions, type UseQueryResult } from '@tanstack/react-query'
import { ChevronRight, TriangleAlert } from 'lucide-react'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import type { ActivationPreview } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Pill, type PillTone } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import type { Document, StepName } from './document'
import { readPlan, type Key } from './platform'

/** What an activation would do, asked anew whenever somebody looks. */
export const planQuery = (key: Key, document: Document) => queryOptions({ queryKey: ['activation', 'plan', document], queryFn: () => readPlan(key, document), staleTime: 0, gcTime: 0 })

type PlanProps = { query: UseQueryResult<ActivationPreview>; document: Document; wasSent: boolean; onRefused: (problem: Problem) => void; onGo: (step: StepName) => void }

/** What would be made, changed and left: nothing is written by looking. */
export function PlanStep({ query, document, wasSent, onRefused, onGo }: PlanProps) {
  const { t } = useTranslation(['activate', 'common'])
  const problemText = useProblemText()
  const { data, error } = query
  const faults = error instanceof Problem ? error.faults : []
  const tell = useEffectEvent((problem: Problem) => onRefused(problem))
  useEffect(() => {
    if (error instanceof Problem && error.faults.length > 0) tell(error)
  }, [error])
  if (error) {
    const isTaken = error instanceof Problem && error.status === 409
    return (
      <div role="alert" className="flex flex-col items-start gap-3 rounded-lg bg-bad-soft px-4 py-3 text-bad">
        <p>{problemText(error)}</p>
        {faults.length > 0 && (
          <ul className="list-disc pl-5">
            {faults.map(({ path, message }) => (
              <li key={path}><code className="font-mono text-xs">{path}</code> {message}</li>
            ))}
          </ul>
        )}
        {isTaken ? <Button size="sm" onClick={() => onGo(error.code === 'domain_taken' ? 'domain' : 'business')}>{t('plan.mend')}</Button> : <Button size="sm" onClick={() => void query.refetch()}>{t('common:retry')}</Button>}
      </div>
    )
  }
  if (!data) return <Skeleton className="h-56" />
  return (
    <>
      {wasSent && (
        <p role="status" className="flex items-start gap-2.5 rounded-lg bg-warn-soft px-4 py-3 text-warn">
          <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
          {t('plan.was_sent', { name: document.business.name })}
        </p>
      )}
      <Plan plan={data} />
    </>
  )
}

const TONES: Record<ActivationPreview['steps'][number]['items'][number]['fate'], PillTone> = { make: 'ok', change: 'warn', leave: 'neutral' }

function Plan({ plan }: { plan: ActivationPreview }) {
  const { t } = useTranslation('activate')
  const counts = [
    ['make', plan.make],
    ['change', plan.change],
    ['leave', plan.leave],
  ] as const
  return (
    <section aria-label={t('step.plan')} className="flex flex-col gap-4">
      <p className="font-medium">{plan.creates ? t('plan.creates') : t('plan.exists')}</p>
      <dl className="grid grid-cols-3 gap-3">
        {counts.map(([fate, count]) => (
          <div key={fate} data-fate={fate} className="rounded-lg bg-bg px-3.5 py-2.5 shadow-1 dark:bg-raised">
            <dt className="text-xs text-fg-3">{t(`fate.${fate}`)}</dt>
            <dd className="text-xl font-semibold tnum">{count}</dd>
          </div>
        ))}
      </dl>
      <ul className="overflow-hidden rounded-lg shadow-1">
        {plan.steps.map(({ step, items }) => (
          <li key={step} className="border-b last:border-0">
            <details className="group/step">
              <summary className="flex min-h-11 cursor-default list-none items-center gap-2.5 px-4 py-2 hover:bg-hover">
                <ChevronRight aria-hidden size={15} className="shrink-0 text-fg-3 transition-transform group-open/step:rotate-90" />
                <span className="flex-1 font-medium">{t(`run.${step}`)}</span>
                <span className="text-xs text-fg-3 tnum">{t('plan.items', { count: items.length })}</span>
              </summary>
              <ul className="max-h-72 overflow-y-auto border-t px-4 py-2">
                {items.map((item, index) => (
                  // Two samples may have the same name.
                  // eslint-disable-next-line react/no-array-index-key
                  <li key={index} className="flex items-center gap-2.5 py-1">
                    <Pill tone={TONES[item.fate]}>{t(`fate.${item.fate}`)}</Pill>
                    <span className="min-w-0 flex-1 truncate">{item.name}</span>
                    <span className="shrink-0 text-xs text-fg-3">{[item.what, item.kind].filter(Boolean).join(' · ')}</span>
                  </li>
                ))}
                {items.length === 0 && <li className="py-1 text-fg-3">{t('plan.none')}</li>}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}
