import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { controlClass, SelectField, TextField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { changeMessage } from '../api'
import type { Message } from '../api-types'
import { topicsQuery } from '../queries'
import { useChat } from '../model/chat-state'
import { usePlainText, useRoomTitle } from '../names'
import { RoomIcon } from '../sidebar/room-icon'
import { useChatSession } from '../use-chat-session'
import { useMessageActions } from './message-actions'
import { quoteOf } from './quote'

const ReportDialog = lazy(() => import('../moderation/report-dialog'))

const MOST_ROOMS = 30

function ForwardDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const { outbox } = useChatSession()
  const titleOf = useRoomTitle()
  const plain = usePlainText()
  const rooms = useChat((state) => state.rooms)
  const [query, setQuery] = useState('')
  const [text, setText] = useState('')
  const found = Object.values(rooms)
    .filter((room) => room.membership && !room.archived && titleOf(room).toLowerCase().includes(query.trim().toLowerCase()))
    .slice(0, MOST_ROOMS)
  function send(room: string, name: string) {
    outbox.add({ room, text: text.trim(), quote: quoteOf(message) })
    notify(t('forwarded', { name }))
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t('forward.title')} closeLabel={t('common:close')}>
      <p className="mb-3 line-clamp-3 rounded-md border-l-3 border-line-strong bg-sunken px-3 py-2 text-fg-2">{plain(message.text)}</p>
      <TextField label={t('forward.text')} value={text} onChange={(event) => setText(event.target.value)} />
      <div className="relative mt-3">
        <Search aria-hidden size={15} className="pointer-events-none absolute top-2.5 left-2.5 text-fg-3" />
        <input autoFocus aria-label={t('forward.find')} placeholder={t('forward.find')} value={query} onChange={(event) => setQuery(event.target.value)} className={`${controlClass} pl-8`} />
      </div>
      <ul className="mt-2 max-h-64 overflow-y-auto">
        {found.map((room) => (
          <li key={room.id}>
            <button type="button" onClick={() => send(room.id, titleOf(room))} className="flex h-9 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover">
              <RoomIcon room={room} />
              <span className="truncate">{titleOf(room)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function TopicDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const session = useChatSession()
  const { data } = useQuery(topicsQuery(message.room))
  const [topic, setTopic] = useState(message.topic ?? '')
  const [scope, setScope] = useState<'one' | 'later' | 'all'>(message.topic ? 'all' : 'one')
  const [busy, setBusy] = useState(false)
  async function save() {
    setBusy(true)
    try {
      const next = await changeMessage(message.room, message.seq, { topic: topic.trim() || null, ...(scope === 'one' ? {} : { topic_of: scope }) })
      for (const log of session.logsOf(message.room)) log.changed(next)
      onClose()
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={t('topic.move')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextField autoFocus list="known-topics" label={t('topic.name')} hint={t('topic.hint')} maxLength={60} value={topic} onChange={(event) => setTopic(event.target.value)} />
        <datalist id="known-topics">{data?.topics.map((known) => <option key={known.topic} value={known.topic} />)}</datalist>
        {message.topic && (
          <SelectField label={t('topic.scope')} value={scope} onChange={(event) => setScope(event.target.value as typeof scope)}>
            {(['one', 'later', 'all'] as const).map((value) => <option key={value} value={value}>{t(`topic.scope.${value}`)}</option>)}
          </SelectField>
        )}
        <Button type="submit" tone="primary" busy={busy} className="self-end">{t('common:save')}</Button>
      </form>
    </Dialog>
  )
}

export function MessageDialogs() {
  const { dialog, setDialog } = useMessageActions()
  if (!dialog) return null
  const close = () => setDialog(null)
  if (dialog.kind === 'report') return <Suspense><ReportDialog message={dialog.message} onClose={close} /></Suspense>
  return dialog.kind === 'forward' ? <ForwardDialog message={dialog.message} onClose={close} /> : <TopicDialog message={dialog.message} onClose={close} />
}
