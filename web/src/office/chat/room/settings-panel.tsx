import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Archive, ArchiveRestore, ChevronRight, Webhook } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { SelectField, TextField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { changeRoom, type RoomChange } from '../api'
import { setBookmarkRule } from '../bookmarks/api'
import { useManages } from '../bookmarks/use-bookmarks'
import { bookmarksQuery } from '../queries'
import type { RoomState } from '../api-types'
import { putRoom } from '../model/chat-state'

const DAYS = [0, 30, 90, 365, 730, 3650]

function BookmarkRule({ room, may }: { room: RoomState; may: boolean }) {
  const { t } = useTranslation('chat')
  const client = useQueryClient()
  const problemText = useProblemText()
  const query = bookmarksQuery(room.id)
  const { data } = useQuery(query)
  async function set(managersOnly: boolean) {
    try {
      client.setQueryData(query.queryKey, await setBookmarkRule(room.id, managersOnly))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return (
    <label className="flex items-center gap-2.5">
      <input type="checkbox" className="size-4 accent-(--accent)" checked={data?.managers_only ?? false} disabled={!may || !data || !room.membership} onChange={(event) => void set(event.target.checked)} />
      {t('bookmarks.rule')}
    </label>
  )
}

export function SettingsPanel({ room }: { room: RoomState }) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const may = useManages(room)
  const [name, setName] = useState(room.name ?? '')
  const [description, setDescription] = useState(room.description)
  const [hidden, setHidden] = useState(room.private)
  const [days, setDays] = useState(room.retention_days ?? 0)
  const [busy, setBusy] = useState(false)
  async function save(change: RoomChange) {
    setBusy(true)
    try {
      putRoom(await changeRoom(room.id, change))
      notify(t('room.changed'))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    setBusy(false)
  }
  return (
    <form
      className="flex flex-col gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        void save({ name: name.trim(), description: description.trim(), private: hidden, retention_days: days || null })
      }}
    >
      {!may && <p className="rounded-md bg-sunken px-3 py-2 text-fg-2">{t('room.only_owners')}</p>}
      <TextField label={t('room.name')} value={name} maxLength={80} disabled={!may} onChange={(event) => setName(event.target.value)} />
      <TextField label={t('room.description')} value={description} maxLength={500} disabled={!may} onChange={(event) => setDescription(event.target.value)} />
      <label className="flex items-center gap-2.5">
        <input type="checkbox" className="size-4 accent-(--accent)" checked={hidden} disabled={!may} onChange={(event) => setHidden(event.target.checked)} />
        {t('room.private')}
      </label>
      <BookmarkRule room={room} may={may} />
      <SelectField label={t('room.retention')} hint={t('room.retention_hint')} value={days} disabled={!may} onChange={(event) => setDays(Number(event.target.value))}>
        {[...new Set([...DAYS, days])].toSorted((a, b) => a - b).map((value) => <option key={value} value={value}>{value === 0 ? t('room.forever') : t('room.days', { count: value })}</option>)}
      </SelectField>
      {may && <Button type="submit" tone="primary" busy={busy} className="self-start">{t('common:save')}</Button>}
      {may && (
        <Link to="/chat/$roomId" params={{ roomId: room.id }} search={(old) => ({ ...old, panel: 'integrations' as const })} className="mt-2 flex items-center gap-2 rounded-md border px-3 py-2 font-medium hover:bg-hover">
          <Webhook aria-hidden size={16} strokeWidth={1.75} className="text-fg-3" />
          <span className="flex-1">{t('panel.integrations')}</span>
          <ChevronRight aria-hidden size={16} className="text-fg-3" />
        </Link>
      )}
      {may && (
        <Button tone="plain" className="mt-4 self-start" busy={busy} onClick={() => void save({ archived: !room.archived })}>
          {room.archived ? <ArchiveRestore aria-hidden size={15} /> : <Archive aria-hidden size={15} />}
          {room.archived ? t('unarchive') : t('archive')}
        </Button>
      )}
    </form>
  )
}
