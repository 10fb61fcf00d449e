import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { InlineSelect, SelectField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { fieldAccess, policiesQuery, putPolicy, REACHES, withFieldAccess, withReach, type FieldAccess, type Reach } from '../model/policies'
import type { Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { FieldIcon } from '../parts/kind-icon'
import type { Subject } from './access-page'

const ACTS = ['read', 'edit', 'delete'] as const
const FIELD_ACCESS = ['edit', 'read', 'hidden'] as const

/** What a role or group may do: which records each action reaches, and which fields it sees and changes. */
export default function PolicyDialog({ kind, subject, onClose }: { kind: Kind; subject: Subject; onClose: () => void }) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const client = useQueryClient()
  const problemText = useProblemText()
  const [policy, setPolicy] = useState(subject.policy)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await putPolicy(kind.name, subject.id, policy)
      await client.invalidateQueries({ queryKey: policiesQuery.queryKey })
      notify(t('access.saved', { name: subject.name }))
      onClose()
    } catch (error) {
      setProblem(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} wide title={subject.name} description={t('access.title', { kind: label(kind.plural) })} closeLabel={t('common:close')}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-5">
        <div className="grid gap-4 sm:grid-cols-3">
          {ACTS.map((act) => (
            <SelectField key={act} label={t(`access.${act}`)} value={policy[act]} onChange={(event) => setPolicy(withReach(policy, act, event.target.value as Reach))}>
              {REACHES.map((reach) => (
                <option key={reach} value={reach}>{t(`reach.${reach}`)}</option>
              ))}
            </SelectField>
          ))}
        </div>
        <label className="flex items-center gap-2.5">
          <input type="checkbox" checked={policy.create} onChange={(event) => setPolicy({ ...policy, create: event.target.checked })} className="size-4 accent-(--accent)" />
          {t('access.may_create')}
        </label>
        <p className="text-xs text-fg-3">{t('reach.hint')}</p>
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{t('access.fields')}</legend>
          <ul className="rounded-lg shadow-1">
            {kind.fields.map((field) => (
              <li key={field.name} className="flex min-h-10 items-center gap-2.5 border-b px-3 last:border-0">
                <FieldIcon type={field.type} className="shrink-0 text-fg-3" />
                <span className="min-w-0 flex-1 truncate">{label(field.label)}</span>
                <InlineSelect aria-label={label(field.label)} value={fieldAccess(policy, field.name)} onChange={(event) => setPolicy(withFieldAccess(policy, field.name, event.target.value as FieldAccess))}>
                  {FIELD_ACCESS.map((access) => (
                    <option key={access} value={access}>{t(`access.field.${access}`)}</option>
                  ))}
                </InlineSelect>
              </li>
            ))}
          </ul>
        </fieldset>
        {problem && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{problem}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={busy}>{t('common:save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
