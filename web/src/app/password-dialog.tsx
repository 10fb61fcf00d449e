import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '@/lib/api/client'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { notify } from '@/ui/toast'

const MINIMUM_LENGTH = 10

export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation(['shell', 'common'])
  const problemText = useProblemText()
  const change = useMutation({
    mutationFn: (body: { current: string; new: string }) => unwrap(api.POST('/api/v1/auth/password', { body })),
    onSuccess() {
      notify(t('password.changed'))
      onClose()
    },
  })
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    change.mutate({ current: String(form.get('current')), new: String(form.get('new')) })
  }
  return (
    <Dialog open={open} onClose={onClose} title={t('password.change')} closeLabel={t('common:close')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t('password.current')} name="current" type="password" autoComplete="current-password" required autoFocus />
        <TextField
          label={t('password.new')}
          name="new"
          type="password"
          autoComplete="new-password"
          minLength={MINIMUM_LENGTH}
          required
          hint={t('password.hint', { count: MINIMUM_LENGTH })}
          error={change.error ? problemText(change.error) : null}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={change.isPending}>
            {t('common:save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
