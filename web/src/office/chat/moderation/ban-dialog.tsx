import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { banPerson } from './api'
import { SanctionDialog } from './sanction-dialog'

export default function BanDialog({ room, user, name, onClose }: { room: string; user: string; name: string; onClose: () => void }) {
  const { t } = useTranslation('chat')
  const client = useQueryClient()
  return (
    <SanctionDialog
      title={t('ban.title', { name })}
      text={t('ban.text')}
      confirm={t('ban')}
      onClose={onClose}
      onConfirm={async (sanction) => {
        await banPerson(room, user, sanction)
        for (const key of ['members', 'bans']) await client.invalidateQueries({ queryKey: ['chat', key, room] })
      }}
    />
  )
}
