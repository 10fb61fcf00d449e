import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import type { Role } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { PasswordOnce } from './password-once'
import { useAddPerson, type NewPerson } from './people-api'

export const ROLES: Role[] = ['tenant_user', 'tenant_guest', 'tenant_admin']

function useFieldError(error: Error | null) {
  const problemText = useProblemText()
  return (field: string) => {
    if (!(error instanceof Problem)) return null
    const fault = error.faults.find(({ path }) => path.replace(/^\$\./, '') === field)
    if (fault) return fault.message
    // A fault without a place belongs to the address: it is what must be unique.
    return field === 'email' && error.faults.length === 0 ? problemText(error) : null
  }
}

function PersonForm({ onAdded, onClose }: { onAdded: (email: string, password: string | null) => void; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const add = useAddPerson()
  const fieldError = useFieldError(add.error)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const person: NewPerson = {
      name: String(form.get('name')).trim(),
      email: String(form.get('email')).trim(),
      role: String(form.get('role')) as Role,
    }
    add.mutate(person, { onSuccess: ({ user, password }) => onAdded(user.email, password ?? null) })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField label={t('name')} name="name" required autoFocus maxLength={120} error={fieldError('name')} />
      <TextField label={t('email')} name="email" type="email" required error={fieldError('email')} />
      <SelectField label={t('role')} name="role" hint={t('role.hint')} error={fieldError('role')}>
        {ROLES.map((role) => (
          <option key={role} value={role}>{t(`role.${role}`)}</option>
        ))}
      </SelectField>
      <p className="text-xs text-fg-3">{t('add.password_hint')}</p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button type="submit" tone="primary" busy={add.isPending}>{t('add.submit')}</Button>
      </div>
    </form>
  )
}

export function AddPersonDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const [added, setAdded] = useState<{ email: string; password: string } | null>(null)
  function onAdded(email: string, password: string | null) {
    if (password) return setAdded({ email, password })
    notify(t('added', { email }))
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={added ? t('added', { email: added.email }) : t('add')} closeLabel={t('common:close')}>
      {added ? <PasswordOnce {...added} onDone={onClose} /> : <PersonForm onAdded={onAdded} onClose={onClose} />}
    </Dialog>
  )
}
