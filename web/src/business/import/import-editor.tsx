import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { defaultsOf, firstSettings, missingFields } from '../model/import-settings'
import { endImport, putSettings, runImport, type Import, type Settings } from '../model/imports'
import type { Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { ImportProgress } from './import-progress'
import { ImportRules } from './import-rules'
import { MappingTable } from './mapping-table'
import { Outcome } from './outcome'
import { ValuesForAll } from './values-for-all'

type EditorProps = { kind: Kind; about: Import; onKeep: (next: Import) => void; onGone: () => void }

/** What the columns are and what becomes of rows; checked first, then carried out. */
export function ImportEditor({ kind, about, onKeep, onGone }: EditorProps) {
  const { t } = useTranslation('imports')
  const label = useLabel()
  const problemText = useProblemText()
  const client = useQueryClient()
  const { tenant } = useSession()
  const [settings, setSettings] = useState<Settings>(() => firstSettings(kind, about, tenant.currency))
  const [checked, setChecked] = useState<string | null>(about.state === 'checked' ? JSON.stringify(settings) : null)
  const [busy, setBusy] = useState<'check' | 'run' | 'discard' | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const isChecking = about.state === 'checking'
  const isChecked = !isChecking && about.state !== 'ready' && !about.progress.error && checked === JSON.stringify(settings)
  const { made, changed } = about.progress
  const missing = missingFields(kind, settings).filter(({ name }) => defaultsOf(settings)[name] === undefined)
  const isMapped = settings.mapping.some((value) => value !== null)

  async function attempt(what: 'check' | 'run' | 'discard', run: () => Promise<void>) {
    setBusy(what)
    setProblem(null)
    try {
      await run()
    } catch (error) {
      setProblem(problemText(error))
    }
    setBusy(null)
  }
  const check = () =>
    attempt('check', async () => {
      await putSettings(kind.name, about.id, settings)
      setChecked(JSON.stringify(settings))
      void client.removeQueries({ queryKey: ['records', 'imports', kind.name, about.id, 'faults'] })
      onKeep(await runImport(kind.name, about.id, true))
    })
  const bringIn = () => attempt('run', async () => onKeep(await runImport(kind.name, about.id, false)))
  const discard = () =>
    attempt('discard', async () => {
      await endImport(kind.name, about.id)
      onGone()
    })

  return (
    <>
      <fieldset disabled={isChecking || busy !== null} className="flex min-w-0 flex-col gap-7">
        <MappingTable kind={kind} about={about} settings={settings} onChange={setSettings} />
        <ValuesForAll kind={kind} settings={settings} onChange={setSettings} />
        <ImportRules kind={kind} settings={settings} onChange={setSettings} />
      </fieldset>
      <div className="mt-7 flex flex-col gap-4 border-t pt-5">
        {isChecking && <ImportProgress about={about} />}
        {about.progress.error && !isChecking && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{about.progress.error}</p>}
        {isChecked && <Outcome kind={kind} about={about} isRehearsal />}
        {problem && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{problem}</p>}
        {!isMapped && <p className="text-warn">{t('map.nothing')}</p>}
        {isMapped && missing.length > 0 && <p className="text-warn">{t('map.missing', { fields: missing.map((field) => label(field.label)).join(', ') })}</p>}
        <div className="flex flex-wrap items-center gap-2">
          {isChecked && made + changed > 0 ? (
            <>
              <Button tone="primary" busy={busy === 'run'} disabled={busy !== null} onClick={() => void bringIn()}>{t('run', { count: made + changed })}</Button>
              <Button disabled={busy !== null} onClick={() => void check()}>{t('check.again')}</Button>
            </>
          ) : (
            <Button tone="primary" busy={busy === 'check' || isChecking} disabled={!isMapped || busy !== null} onClick={() => void check()}>{t('check')}</Button>
          )}
          <Button tone="quiet" className="ml-auto" busy={busy === 'discard'} disabled={isChecking || busy !== null} onClick={() => void discard()}>{t('discard')}</Button>
        </div>
        {!isChecked && !isChecking && <p className="text-xs text-fg-3">{t('check.hint')}</p>}
      </div>
    </>
  )
}
