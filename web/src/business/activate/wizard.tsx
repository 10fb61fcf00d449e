import { useQuery } from '@tanstack/react-query'
import { Braces } from 'lucide-react'
import { lazy, Suspense, useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { emptyDocument, stepOf, STEPS, type Document, type StepName } from './document'
import { forgetDraft, readDraft, writeDraft } from './draft'
import { AdminStep, BusinessStep, DomainStep, ModulesStep, TradeStep } from './form-steps'
import { modulesOf, type Key } from './platform'
import { planQuery, PlanStep } from './plan-step'
import { RunView } from './run-view'

const DocumentDialog = lazy(() => import('./document-dialog'))

/** Faults of the document by their path. */
export type Faults = Readonly<Record<string, string>>

const faultsOf = (problem: Problem): Faults => Object.fromEntries(problem.faults.map(({ path, message }) => [path, message]))

/** Question after question; then the plan, and the business comes to life. */
export function Wizard({ operatorKey }: { operatorKey: Key }) {
  const { t } = useTranslation(['activate', 'common'])
  const [draft] = useState(readDraft)
  const [document, setDocument] = useState<Document>(() => draft?.document ?? emptyDocument(navigator.languages))
  const [step, setStep] = useState<StepName>(draft?.sent ? 'plan' : 'trade')
  const [faults, setFaults] = useState<Faults>({})
  const [running, setRunning] = useState(false)
  const [wasSent, setWasSent] = useState(draft?.sent ?? false)
  const [pasting, setPasting] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const list = useRef<HTMLOListElement>(null)
  const preset = document.preset ?? null
  const usual = useQuery({ queryKey: ['activation', 'modules', preset], queryFn: () => modulesOf(operatorKey, preset ?? ''), enabled: preset !== null, staleTime: Infinity })
  const plan = useQuery({ ...planQuery(operatorKey, document), enabled: step === 'plan' && !running })
  const byPreset = preset === null ? [] : (usual.data ?? [])

  function change(next: Document) {
    setDocument(next)
    setFaults({})
    writeDraft({ document: next, sent: false })
    setWasSent(false)
  }
  function go(to: StepName) {
    setStep(to)
    requestAnimationFrame(() => {
      heading.current?.focus()
      list.current?.children[STEPS.indexOf(to)]?.scrollIntoView({ block: 'nearest', inline: 'center' })
    })
  }
  const place = STEPS.indexOf(step)
  const next = STEPS[place + 1]
  const before = STEPS[place - 1]
  function submit(event: FormEvent) {
    event.preventDefault()
    if (next) go(next)
    else begin()
  }
  function begin() {
    writeDraft({ document, sent: true })
    setRunning(true)
  }
  /** What is wrong is shown where it can be mended. */
  function refused(problem: Problem) {
    setRunning(false)
    setWasSent(false)
    writeDraft({ document, sent: false })
    const found = faultsOf(problem)
    setFaults(found)
    const [first] = Object.keys(found)
    if (first) go(stepOf(first))
  }
  if (running) {
    return (
      <RunView
        operatorKey={operatorKey}
        document={document}
        onRefused={refused}
        onDone={forgetDraft}
        onAnother={() => {
          forgetDraft()
          setDocument(emptyDocument(navigator.languages))
          setRunning(false)
          setWasSent(false)
          go('trade')
        }}
        onBack={() => setRunning(false)}
      />
    )
  }
  const shared = { document, faults, onChange: change }
  return (
    <div className="rounded-xl bg-surface shadow-2">
      <ol ref={list} aria-label={t('steps')} className="flex gap-1 overflow-x-auto border-b p-2 sm:px-4">
        {STEPS.map((name, index) => (
          <li key={name} className="shrink-0">
            <button
              type="button"
              aria-current={name === step ? 'step' : undefined}
              onClick={() => go(name)}
              className={cn('flex h-8 items-center gap-2 rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover aria-[current=step]:bg-selected aria-[current=step]:text-accent-text', Object.keys(faults).some((path) => stepOf(path) === name) && 'text-bad')}
            >
              <span aria-hidden className="text-xs tnum opacity-70">{index + 1}</span>
              {t(`step.${name}`)}
            </button>
          </li>
        ))}
      </ol>
      <form onSubmit={submit} className="flex flex-col gap-5 p-5 sm:p-7">
        <div className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <h2 ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">{t(`step.${step}.title`)}</h2>
            <p className="mt-0.5 text-pretty text-fg-3">{t(`step.${step}.text`)}</p>
          </div>
          <Button size="sm" onClick={() => setPasting(true)}>
            <Braces aria-hidden size={14} />
            <span className="max-sm:sr-only">{t('document')}</span>
          </Button>
        </div>
        {step === 'trade' && <TradeStep {...shared} />}
        {step === 'business' && <BusinessStep {...shared} />}
        {step === 'admin' && <AdminStep {...shared} />}
        {step === 'modules' && <ModulesStep {...shared} byPreset={byPreset} pending={usual.isLoading} error={usual.error} />}
        {step === 'domain' && <DomainStep {...shared} />}
        {step === 'plan' && <PlanStep query={plan} document={document} wasSent={wasSent} onRefused={refused} onGo={go} />}
        <div className="flex items-center gap-2 border-t pt-5">
          {before && <Button size="lg" onClick={() => go(before)}>{t('common:back')}</Button>}
          <Button type="submit" size="lg" tone="primary" disabled={step === 'plan' && !plan.isSuccess} className="ml-auto">
            {next ? t('next') : wasSent ? t('activate.again') : t('activate')}
          </Button>
        </div>
      </form>
      <Suspense>
        {pasting && (
          <DocumentDialog
            document={document}
            onClose={() => setPasting(false)}
            onApply={(given) => {
              setPasting(false)
              change(given)
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
