import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '@/lib/api/client'
import { useProblemText } from '@/lib/i18n/hooks'
import { forgetRemembered } from '@/lib/remembered'
import { countUnsynced, forgetLocalCopies } from '@/lib/realtime/local-copies'
import { useSession } from '@/lib/session'
import { ConfirmDialog } from '@/ui/dialog'
import { notify } from '@/ui/toast'

function useSignOut() {
  const { user } = useSession()
  const client = useQueryClient()
  const navigate = useNavigate()
  const problemText = useProblemText()
  return async () => {
    try {
      await unwrap(api.POST('/api/v1/auth/sign-out'))
      // Leave first: an open document would write its copy again.
      forgetRemembered()
      client.removeQueries({ queryKey: ['session'] })
      await navigate({ to: '/sign-in', search: {} })
      client.clear()
      await forgetLocalCopies(user.id)
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
}

/** Signs out at once, but asks first when edits in this browser would be lost. */
export function SignOutDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['shell', 'common'])
  const { user } = useSession()
  const [unsynced] = useState(() => countUnsynced(user.id))
  const [busy, setBusy] = useState(false)
  const signOut = useSignOut()
  async function run() {
    setBusy(true)
    await signOut()
    onClose()
  }
  const runAtOnce = useEffectEvent(() => {
    if (unsynced === 0) void run()
  })
  useEffect(() => runAtOnce(), [])
  if (unsynced === 0) return null
  return (
    <ConfirmDialog
      open
      danger
      busy={busy}
      onClose={onClose}
      onConfirm={() => void run()}
      title={t('sign_out.unsaved_title')}
      description={t('sign_out.unsaved_text', { count: unsynced })}
      confirmLabel={t('sign_out')}
      cancelLabel={t('common:cancel')}
    />
  )
}
