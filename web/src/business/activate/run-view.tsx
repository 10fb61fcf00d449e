import { ArrowRight, Circle, CircleAlert, CircleCheck } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import type { Activated, ActivationProgress, ActivationStep } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { SecretOnce } from '@/ui/secret-once'
import { Spinner } from '@/ui/spinner'
import type { Document } from './document'
import { activate, type Key } from './platform'

const ORDER: readonly ActivationStep[] = ['infrastructure', 'databases', 'modules', 'integrations', 'seed_data', 'domains', 'assistants', 'opening']

type RunProps = { operatorKey: Key; document: Document; onRefused: (problem: Problem) => void; onDone: () => void; onAnother: () => void; onBack: () => void }
type Steps = ReadonlyMap<ActivationStep, ActivationProgress>

/** The steps as they are done, then the business. */
export function RunView({ operatorKey, document, onRefused, onDone, onAnother, onBack }: RunProps) {
  const { t } = useTranslation(['activate', 'common'])
  const problemText = useProblemText()
  const [steps, setSteps] = useState<Steps>(new Map())
  const [done, setDone] = useState<Activated | null>(null)
  const [problem, setProblem] = useState<Error | null>(null)
  const began = useRef(false)
  async function run() {
    setSteps(new Map())
    setProblem(null)
    try {
      setDone(await activate(operatorKey, document, (progress) => setSteps((known) => new Map([...known, [progress.step, progress]]))))
      onDone()
    } catch (error) {
      if (error instanceof Problem && error.faults.length > 0) onRefused(error)
      else setProblem(error as Error)
    }
  }
  const start = useEffectEvent(() => void run())
  useEffect(() => {
    // An effect may run twice while the app is developed; the document leaves once.
    if (began.current) return
    began.current = true
    start()
  }, [])
  const isRunning = done === null && problem === null
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    if (isRunning) window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isRunning])
  const isCut = problem instanceof Problem && problem.unreachable
  return (
    <div className="flex flex-col gap-6 rounded-xl bg-surface p-5 shadow-2 sm:p-7">
      <h2 className="text-lg font-semibold">{done ? t('done.title', { name: done.tenant.name }) : t('run.title', { name: document.business.name })}</h2>
      <ol aria-label={t('run')} aria-live="polite" className="overflow-hidden rounded-lg shadow-1">
        {ORDER.map((step) => (
          <StepRow key={step} step={step} progress={steps.get(step)} stopped={problem !== null} />
        ))}
      </ol>
      {problem && (
        <div role="alert" className="flex flex-col items-start gap-3 rounded-lg bg-bad-soft px-4 py-3 text-bad">
          <p>{isCut ? t('run.cut') : problemText(problem)}</p>
          <div className="flex gap-2">
            <Button size="sm" tone="primary" onClick={() => void run()}>{t('activate.again')}</Button>
            <Button size="sm" onClick={onBack}>{t('common:back')}</Button>
          </div>
        </div>
      )}
      {done && <Result done={done} typed={Boolean(document.admin.password)} onAnother={onAnother} />}
    </div>
  )
}

function StepRow({ step, progress, stopped }: { step: ActivationStep; progress?: ActivationProgress; stopped: boolean }) {
  const { t } = useTranslation('activate')
  const status = progress?.status ?? 'waiting'
  return (
    <li data-step={step} data-status={status} className={cn('flex min-h-11 items-center gap-3 border-b px-4 py-2 last:border-0', status === 'waiting' && 'text-fg-3')}>
      {status === 'waiting' && <Circle aria-hidden size={17} strokeWidth={1.75} />}
      {status === 'started' && (stopped ? <CircleAlert aria-hidden size={17} className="text-warn" /> : <Spinner className="size-4 text-accent-text" />)}
      {status === 'done' && <CircleCheck aria-hidden size={17} className="text-ok" />}
      {status === 'failed' && <CircleAlert aria-hidden size={17} className="text-bad" />}
      <span className="font-medium">{t(`run.${step}`)}</span>
      <span className="sr-only">{t(`status.${status}`)}</span>
      {progress?.detail && <span className={cn('ml-auto min-w-0 truncate text-xs', status === 'failed' ? 'text-bad' : 'text-fg-3')}>{progress.detail}</span>}
    </li>
  )
}

function Result({ done, typed, onAnother }: { done: Activated; typed: boolean; onAnother: () => void }) {
  const { t } = useTranslation(['activate', 'common'])
  const accounts = [done.admin, ...done.users].filter((account) => account !== null && account !== undefined)
  const secrets = accounts.filter(({ password }) => password)
  const [domain] = done.domains
  const address = `${domain ? `https://${domain.host}` : window.location.origin}/sign-in`
  return (
    <section aria-label={t('done')} className="flex flex-col gap-5">
      <p role="status" className="flex items-start gap-2.5 rounded-lg bg-ok-soft px-4 py-3 text-ok">
        <CircleCheck aria-hidden size={17} className="mt-0.5 shrink-0" />
        {done.created ? t('done.created') : t('done.was_there')}
      </p>
      <SecretOnce label={t('done.address')} value={address} hint={domain ? t('done.address_hint', { origin: window.location.origin }) : undefined} />
      <div>
        <h3 className="mb-2 font-semibold">{t('done.sign_in')}</h3>
        <div className="flex flex-col gap-3">
          {secrets.map(({ email, password }) => (
            <SecretOnce key={email} label={t('done.password', { email })} value={password ?? ''} hint={t('done.password_hint')} />
          ))}
          {secrets.length === 0 && <p className="text-fg-2">{typed && done.created ? t('done.typed', { email: done.admin?.email ?? '' }) : t('done.known', { email: done.admin?.email ?? '' })}</p>}
        </div>
      </div>
      {done.domains.map(({ host, records }) => (
        <div key={host}>
          <h3 className="font-semibold">{t('dns', { host })}</h3>
          <p className="mb-2 text-fg-3">{t('dns.text')}</p>
          <ul className="flex flex-col gap-3">
            {records.map(({ name, type, value }) => (
              <li key={`${type} ${name}`} data-dns>
                <SecretOnce label={`${type} ${name}`} value={value} />
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className="flex flex-wrap gap-2 border-t pt-5">
        <a href="/sign-in" className="inline-flex h-10 items-center gap-1.5 rounded-md bg-accent px-4 text-base font-medium text-accent-fg hover:bg-accent-hover">
          {t('done.open')}
          <ArrowRight aria-hidden size={16} />
        </a>
        <Button size="lg" onClick={onAnother}>{t('done.another')}</Button>
      </div>
    </section>
  )
}
