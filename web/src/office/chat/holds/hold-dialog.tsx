import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextArea, TextField } from '@/ui/field'
import { PeoplePicker } from '../people/people-picker'
import { placeHold } from './api'
import { RoomPicker } from './room-picker'

const startOf = (day: string) => (day ? new Date(`${day}T00:00:00`).toISOString() : null)
const endOf = (day: string) => (day ? new Date(`${day}T23:59:59.999`).toISOString() : null)

export default function HoldDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const client = useQueryClient()
  const problemText = useProblemText()
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const [people, setPeople] = useState<string[]>([])
  const [rooms, setRooms] = useState<string[]>([])
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const ready = name.trim() && reason.trim() && people.length + rooms.length > 0
  async function place() {
    setBusy(true)
    try {
      await placeHold({ name: name.trim(), reason: reason.trim(), people, rooms, from: startOf(from), until: endOf(until) })
      await client.invalidateQueries({ queryKey: ['chat', 'holds'] })
      onClose()
    } catch (error) {
      setFault(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open wide onClose={onClose} title={t('hold.new')} description={t('hold.new_text')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void place()
        }}
      >
        <TextField autoFocus label={t('hold.name')} placeholder={t('hold.name_example')} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        <TextArea label={t('hold.reason')} rows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
        <PeoplePicker label={t('hold.people')} chosen={people} onChange={setPeople} />
        <RoomPicker label={t('hold.rooms')} chosen={rooms} onChange={setRooms} />
        <fieldset className="grid grid-cols-2 gap-3">
          <legend className="mb-1.5 text-sm font-medium">{t('hold.time')}</legend>
          <TextField type="date" label={t('hold.from')} hint={t('hold.from_hint')} value={from} max={until || undefined} onChange={(event) => setFrom(event.target.value)} />
          <TextField type="date" label={t('hold.until')} hint={t('hold.until_hint')} value={until} min={from || undefined} onChange={(event) => setUntil(event.target.value)} />
        </fieldset>
        {fault && <p role="alert" className="text-bad">{fault}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={!ready}>{t('hold.place')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
