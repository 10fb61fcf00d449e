import { Link } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, RotateCcw, TriangleAlert, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { ConfirmDialog } from '@/ui/dialog'
import { forgetRead } from '../model/api'
import { rowsOf } from '../model/import-settings'
import { endImport, runImport, type Import } from '../model/imports'
import type { Condition, Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { Outcome } from './outcome'

type EndedProps = { kind: Kind; about: Import; onKeep: (next: Import) => void; onGone: () => void }
type State = 'done' | 'interrupted' | 'failed' | 'undone'

const LOOKS = {
  done: { icon: CircleCheck, look: 'bg-ok-soft text-ok' },
  interrupted: { icon: TriangleAlert, look: 'bg-warn-soft text-warn' },
  failed: { icon: CircleAlert, look: 'bg-bad-soft text-bad' },
  undone: { icon: RotateCcw, look: 'bg-info-soft text-info' },
} as const

/** The records that have come or changed since the import began: the closest a list can ask for. */
function broughtIn({ created_at, progress, settings }: Import, me: string): Condition[] {
  const moment = progress.changed > 0 ? 'updated_at' : 'created_at'
  const mine = settings.mapping.includes('owner') || progress.changed > 0 ? [] : [{ field: 'owner', op: 'in' as const, value: [me] }]
  return [{ field: moment, op: 'at_least', value: created_at }, ...mine]
}

/** An import that nobody works on any more: what became of it, and what can be done about it. */
export function EndedImport({ kind, about, onKeep, onGone }: EndedProps) {
  const { t } = useTranslation(['imports', 'common'])
  const locale = useLocale()
  const label = useLabel()
  const problemText = useProblemText()
  const { user } = useSession()
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const { progress } = about
  const state = about.state as State
  const { icon: Icon, look } = LOOKS[state]
  const number = (value: number) => value.toLocaleString(locale)
  const hasBegun = progress.made + progress.changed + progress.linked > 0
  async function attempt(run: () => Promise<void>) {
    setBusy(true)
    setProblem(null)
    try {
      await run()
    } catch (error) {
      setProblem(problemText(error))
    }
    setBusy(false)
  }
  const goOn = () => attempt(async () => onKeep(await runImport(kind.name, about.id, false)))
  const takeBack = () =>
    attempt(async () => {
      setAsking(false)
      const next = await endImport(kind.name, about.id)
      forgetRead()
      if (next) onKeep(next)
      else onGone()
    })
  const text = {
    done: t('done.text', { kind: label(kind.plural) }),
    interrupted: t('interrupted.text', { now: number(progress.read), all: number(rowsOf(about)) }),
    failed: progress.error ?? t('failed.text'),
    undone: t('undone.text', { count: progress.undone ?? 0 }),
  }[state]
  // After a rehearsal of what was taken back the counts are those of the rehearsal.
  if (state === 'undone' && !(progress.undone || progress.kept)) return null
  return (
    <div className="mb-7 flex flex-col gap-5">
      <div role="status" className={cn('flex items-start gap-3 rounded-lg px-4 py-3', look)}>
        <Icon aria-hidden size={18} className="mt-0.5 shrink-0" />
        <div>
          <p className="font-medium">{t(`state.${state}`)}</p>
          <p>{text}</p>
          {(progress.kept ?? 0) > 0 && <p>{t('undone.kept', { count: progress.kept })}</p>}
          {state === 'done' && progress.error && <p>{t('done.error', { why: progress.error })}</p>}
        </div>
      </div>
      {state !== 'undone' && about.header.length > 0 && <Outcome kind={kind} about={about} />}
      {problem && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{problem}</p>}
      {state !== 'undone' && (
        <div className="flex flex-wrap items-center gap-2">
          {state === 'done' && hasBegun && (
            <Link
              to="/business/$kind"
              params={{ kind: kind.name }}
              search={{ view: 'table', filter: broughtIn(about, user.id) }}
              className="inline-flex h-8 items-center rounded-md bg-accent px-3 font-medium text-accent-fg hover:bg-accent-hover"
            >
              {t('done.look')}
            </Link>
          )}
          {state !== 'done' && about.header.length > 0 && <Button tone="primary" busy={busy} onClick={() => void goOn()}>{t('go_on')}</Button>}
          <Button onClick={onGone}>{t('another')}</Button>
          <Button tone="quiet" className="ml-auto text-bad" disabled={busy} onClick={() => (hasBegun ? setAsking(true) : void takeBack())}>
            {hasBegun && <Undo2 aria-hidden size={15} />}
            {hasBegun ? t('undo') : t('discard')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => void takeBack()}
        title={t('undo.ask')}
        description={t('undo.text', { name: about.name })}
        confirmLabel={t('undo')}
        cancelLabel={t('common:cancel')}
        danger
        busy={busy}
      />
    </div>
  )
}
