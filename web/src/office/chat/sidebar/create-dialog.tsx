import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { createRoom } from '../api'
import { putRoom, useChat } from '../model/chat-state'
import { PeoplePicker } from '../people/people-picker'

/** Channel names are written as others type them after "#". */
export const channelName = (text: string) => text.toLowerCase().replaceAll(/\s+/g, '-').replaceAll(/[^\p{L}\p{N}_-]/gu, '').slice(0, 80)

export default function CreateDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const navigate = useNavigate()
  const userId = useChat((state) => state.userId)
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [hidden, setHidden] = useState(false)
  const [members, setMembers] = useState<string[]>([])
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  async function create() {
    setBusy(true)
    try {
      const room = await createRoom({ kind: 'channel', name: channelName(name), description: description.trim(), private: hidden, members })
      putRoom(room)
      onClose()
      await navigate({ to: '/chat/$roomId', params: { roomId: room.id }, search: {} })
    } catch (error) {
      setFault(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={t('create.channel')} description={t('create.text')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (channelName(name)) void create()
        }}
      >
        <TextField autoFocus label={t('room.name')} placeholder={t('create.example')} maxLength={80} value={name} error={fault} hint={name ? `#${channelName(name)}` : undefined} onChange={(event) => setName(event.target.value)} />
        <TextField label={t('room.description')} maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />
        <label className="flex items-start gap-2.5">
          <input type="checkbox" className="mt-0.5 size-4 accent-(--accent)" checked={hidden} onChange={(event) => setHidden(event.target.checked)} />
          <span>
            {t('room.private')}
            <span className="block text-xs text-fg-3">{t('room.private_hint')}</span>
          </span>
        </label>
        <PeoplePicker label={t('create.people')} chosen={members} hidden={new Set([userId])} onChange={setMembers} />
        <Button type="submit" tone="primary" busy={busy} disabled={!channelName(name)} className="self-end">{t('create.channel')}</Button>
      </form>
    </Dialog>
  )
}
