import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Clock, PencilLine, Trash2 } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatAgo, formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { putDraft, unschedule } from '../api'
import type { Draft, Plan } from '../api-types'
import { setDraftLocally, useChat } from '../model/chat-state'
import { usePlainText } from '../names'
import { scheduledQuery } from '../queries'
import { useRoomName } from './message-card'
import { PageFrame } from './page-frame'

type RowProps = { room: string; thread: number | null; text: string; when: string; removeLabel: string; onRemove: () => void }

function Row({ room, thread, text, when, removeLabel, onRemove }: RowProps) {
  const { t } = useTranslation('chat')
  const plain = usePlainText()
  const name = useRoomName(room)
  return (
    <li className="flex items-center gap-3 rounded-lg px-3 py-2.5 hover:bg-hover">
      <Link to="/chat/$roomId" params={{ roomId: room }} search={thread ? { thread } : {}} className="min-w-0 flex-1">
        <span className="flex gap-2 text-xs text-fg-3">
          <span className="font-medium text-fg-2">{thread ? t('draft.in_thread', { name }) : name}</span>
          {when}
        </span>
        <span className="block truncate">{plain(text)}</span>
      </Link>
      <IconButton label={removeLabel} size="sm" onClick={onRemove}><Trash2 size={15} strokeWidth={1.75} /></IconButton>
    </li>
  )
}

export function DraftsPage() {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const client = useQueryClient()
  const drafts = useChat((state) => state.drafts)
  const { data } = useQuery(scheduledQuery)
  const own = Object.values(drafts).toSorted((a, b) => b.updated_at.localeCompare(a.updated_at))
  const scheduled = data?.items ?? []
  function drop(draft: Draft) {
    setDraftLocally({ ...draft, text: '' })
    void putDraft(draft.room, draft.thread, '').catch(() => setDraftLocally(draft))
  }
  const cancel = ({ id }: Plan) => void unschedule(id).then(() => client.invalidateQueries({ queryKey: ['chat', 'scheduled'] }))
  return (
    <PageFrame icon={PencilLine} title={t('view.drafts')}>
      {own.length === 0 && scheduled.length === 0 && <Empty icon={PencilLine} title={t('drafts.empty')} text={t('drafts.empty_text')} />}
      {scheduled.length > 0 && (
        <section aria-label={t('scheduled')} className="mb-5">
          <h2 className="flex items-center gap-1.5 px-3 pb-1 text-xs font-medium text-fg-3"><Clock aria-hidden size={13} />{t('scheduled')}</h2>
          <ul>
            {scheduled.map((entry) => (
              <Row key={entry.id} room={entry.room} thread={entry.seq} text={entry.text} when={t('scheduled.at', { time: formatDateTime(entry.at, language) })} removeLabel={t('scheduled.cancel')} onRemove={() => cancel(entry)} />
            ))}
          </ul>
        </section>
      )}
      {own.length > 0 && (
        <section aria-label={t('drafts')}>
          <h2 className="px-3 pb-1 text-xs font-medium text-fg-3">{t('drafts')}</h2>
          <ul>
            {own.map((draft) => (
              <Row key={`${draft.room}/${draft.thread}`} {...draft} when={formatAgo(draft.updated_at, language)} removeLabel={t('draft.delete')} onRemove={() => drop(draft)} />
            ))}
          </ul>
        </section>
      )}
    </PageFrame>
  )
}
