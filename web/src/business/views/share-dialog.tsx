import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordAudience, RecordTeam } from '@/lib/api/types'
import { usePermission } from '@/lib/session'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'

export type Share = { name: string; audience: RecordAudience; team?: string }

type DialogProps = {
  title: string
  name: string
  /** With whom it is shared so far. */
  shared?: { audience: RecordAudience; team: string | null }
  teams: readonly RecordTeam[]
  busy: boolean
  onSave: (share: Share) => Promise<void>
  onClose: () => void
}

/** Names what is saved, and says who sees it. */
export function ShareDialog({ title, name: before, shared, teams, busy, onSave, onClose }: DialogProps) {
  const { t } = useTranslation(['business', 'common'])
  const manages = usePermission('tenant.manage')
  const [share, setShare] = useState(shared ? (shared.team ?? shared.audience) : 'me')
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim()
    const team = teams.find(({ id }) => id === share)
    void onSave({ name, audience: team ? 'team' : share === 'everyone' ? 'everyone' : 'me', ...(team ? { team: team.id } : {}) })
  }
  return (
    <Dialog open onClose={onClose} title={title} closeLabel={t('common:close')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t('saved.name')} name="name" required autoFocus maxLength={80} defaultValue={before} />
        <SelectField label={t('saved.who')} value={share} onChange={(event) => setShare(event.target.value)} hint={share === 'me' ? t('saved.who.me') : t('saved.who.shared')}>
          <option value="me">{t('saved.share.me')}</option>
          {teams.map(({ id, name }) => (
            <option key={id} value={id}>{t('saved.share.team', { team: name })}</option>
          ))}
          {(manages || shared?.audience === 'everyone') && <option value="everyone">{t('saved.share.everyone')}</option>}
        </SelectField>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={busy}>{t('common:save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
