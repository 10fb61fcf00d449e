import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowLeft, BellRing } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button } from '@/ui/button'
import { SelectField, TextField } from '@/ui/field'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { preferencesQuery, putPreferences } from './api'
import { KINDS, type NotifyPreferences, type Ways } from './api-types'
import { isPushOn, pushSupported, turnPushOff, turnPushOn } from './push'

const WAYS = ['app', 'push', 'mail'] as const
const PLACES = ['chat', 'documents', 'business'] as const
const ALL: Ways = { app: true, push: true, mail: true }

type TableProps = { title: string; rows: { key: string; label: string; ways: Ways }[]; onChange: (key: string, ways: Ways) => void }

function WaysTable({ title, rows, onChange }: TableProps) {
  const { t } = useTranslation('notify')
  return (
    <table className="w-full">
      <caption className="sr-only">{title}</caption>
      <thead className="text-xs text-fg-3">
        <tr className="border-b">
          <th scope="col" className="py-2 text-left font-medium">{title}</th>
          {WAYS.map((way) => <th key={way} scope="col" className="w-20 py-2 text-center font-medium">{t(`way.${way}`)}</th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, label, ways }) => (
          <tr key={key} className="border-b last:border-0">
            <th scope="row" className="py-2.5 text-left font-normal">{label}</th>
            {WAYS.map((way) => (
              <td key={way} className="text-center">
                <input type="checkbox" className="size-4 accent-(--accent)" aria-label={`${label}: ${t(`way.${way}`)}`} checked={ways[way]} onChange={(event) => onChange(key, { ...ways, [way]: event.target.checked })} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Card = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="rounded-lg bg-surface p-4 shadow-1 dark:bg-raised">
    <h2 className="mb-2 font-semibold">{title}</h2>
    {children}
  </section>
)

function PushCard() {
  const { t } = useTranslation('notify')
  const problemText = useProblemText()
  const [on, setOn] = useState<boolean | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    void isPushOn().then(setOn, () => setOn(false))
  }, [])
  async function toggle() {
    setBusy(true)
    try {
      if (on) await turnPushOff()
      else if (!(await turnPushOn())) notify(t('push.refused'), { tone: 'bad' })
      setOn(await isPushOn())
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    setBusy(false)
  }
  return (
    <Card title={t('push')}>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-52 flex-1 text-fg-2">{pushSupported() ? t('push.text') : t('push.unsupported')}</p>
        {pushSupported() && (
          <Button tone={on ? 'plain' : 'primary'} busy={busy || on === null} onClick={() => void toggle()}>
            <BellRing aria-hidden size={15} />
            {on ? t('push.off') : t('push.on')}
          </Button>
        )}
      </div>
    </Card>
  )
}

function Form({ preferences, onChange }: { preferences: NotifyPreferences; onChange: (next: NotifyPreferences) => void }) {
  const { t } = useTranslation('notify')
  const { kinds, places, quiet_from: from, quiet_to: to, digest } = preferences
  return (
    <>
      <Card title={t('what')}>
        <WaysTable
          title={t('kinds')}
          rows={KINDS.map((key) => ({ key, label: t(`kind.${key}`), ways: kinds[key] ?? ALL }))}
          onChange={(key, ways) => onChange({ ...preferences, kinds: { ...kinds, [key]: ways } })}
        />
      </Card>
      <Card title={t('where')}>
        <WaysTable
          title={t('places')}
          rows={PLACES.map((key) => ({ key, label: t(`place.${key}`), ways: places[key] ?? ALL }))}
          onChange={(key, ways) => onChange({ ...preferences, places: { ...places, [key]: ways } })}
        />
      </Card>
      <Card title={t('quiet')}>
        <p className="mb-3 text-fg-2">{t('quiet.text')}</p>
        <div className="grid max-w-sm grid-cols-2 gap-3">
          <TextField type="time" label={t('quiet.from')} value={from ?? ''} onChange={(event) => onChange({ ...preferences, quiet_from: event.target.value || null })} />
          <TextField type="time" label={t('quiet.to')} value={to ?? ''} onChange={(event) => onChange({ ...preferences, quiet_to: event.target.value || null })} />
        </div>
      </Card>
      <Card title={t('digest')}>
        <div className="max-w-sm">
          <SelectField label={t('digest.label')} hint={t('digest.hint')} value={digest} onChange={(event) => onChange({ ...preferences, digest: event.target.value as NotifyPreferences['digest'] })}>
            {(['off', 'daily', 'weekly'] as const).map((value) => <option key={value} value={value}>{t(`digest.${value}`)}</option>)}
          </SelectField>
        </div>
      </Card>
    </>
  )
}

/** Every change is stored at once. */
export function PreferencesPage() {
  const { t } = useTranslation(['notify', 'common'])
  const client = useQueryClient()
  const problemText = useProblemText()
  const { data, isError, error } = useQuery(preferencesQuery)
  usePageTitle(t('preferences'))
  function change(next: NotifyPreferences) {
    client.setQueryData(preferencesQuery.queryKey, next)
    // Half of a time span is no time span yet.
    if ((next.quiet_from === null) !== (next.quiet_to === null)) return
    putPreferences(next).catch((fault: unknown) => {
      notify(problemText(fault), { tone: 'bad' })
      void client.invalidateQueries({ queryKey: preferencesQuery.queryKey })
    })
  }
  return (
    <div className="h-full overflow-y-auto bg-bg">
      <div className="mx-auto flex max-w-3xl flex-col gap-4 px-4 py-6">
        <header className="flex items-center gap-2">
          <Link to="/notifications" aria-label={t('common:back')} className="flex size-8 items-center justify-center rounded-md text-fg-2 hover:bg-hover"><ArrowLeft size={18} strokeWidth={1.75} /></Link>
          <h1 className="text-xl font-semibold tracking-tight">{t('preferences')}</h1>
        </header>
        <PushCard />
        {isError && <p role="alert" className="text-bad">{problemText(error)}</p>}
        {data ? <Form preferences={data} onChange={change} /> : !isError && <PageSpinner label={t('common:loading')} />}
      </div>
    </div>
  )
}
