import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CheckCheck, RotateCcw, Tags } from 'lucide-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { notify } from '@/ui/toast'
import { changeMessage } from '../api'
import type { RoomState, Topic } from '../api-types'
import { topicsQuery } from '../queries'

/** What a topic's name begins with when it is resolved. */
const RESOLVED = '✔ '
const MOST_NAME = 60

const plainName = ({ topic, resolved }: Topic) => (resolved ? topic.slice(RESOLVED.length) : topic)

function TopicRow({ room, entry, mayChange }: { room: string; entry: Topic; mayChange: boolean }) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { topic: shown } = useSearch({ strict: false })
  const { topic, count, last_seq: seq, resolved } = entry
  const name = plainName(entry)
  const next = resolved ? name : `${RESOLVED}${topic}`.slice(0, MOST_NAME)
  const change = useMutation({
    mutationFn: () => changeMessage(room, seq, { topic: next, topic_of: 'all' }),
    onSuccess: () => {
      if (shown === topic) void navigate({ to: '/chat/$roomId', params: { roomId: room }, search: (old) => ({ ...old, topic: next }) })
      return client.invalidateQueries({ queryKey: topicsQuery(room).queryKey })
    },
    onError: (error) => notify(problemText(error), { tone: 'bad' }),
  })
  const label = resolved ? t('topic.reopen', { topic: name }) : t('topic.resolve', { topic: name })
  return (
    <li className="group relative">
      <Link
        to="/chat/$roomId"
        params={{ roomId: room }}
        search={{ topic, panel: 'topics' }}
        activeOptions={{ includeSearch: true }}
        className="flex h-9 items-center gap-2.5 rounded-md pr-10 pl-2.5 max-md:h-11 hover:bg-hover data-[status=active]:bg-selected data-[status=active]:text-accent-text"
      >
        {resolved ? <CheckCheck aria-hidden size={15} className="shrink-0 text-ok" /> : <Tags aria-hidden size={15} className="shrink-0 text-fg-3" />}
        <span className={resolved ? 'min-w-0 flex-1 truncate text-fg-2' : 'min-w-0 flex-1 truncate font-medium'}>
          {name}
          {resolved && <span className="sr-only"> {t('topic.resolved')}</span>}
        </span>
        <span className="text-xs text-fg-3 tnum">{t('messages.count', { count })}</span>
      </Link>
      {mayChange && (
        <IconButton label={label} size="sm" disabled={change.isPending} className="absolute top-1 right-1.5 max-md:top-2" onClick={() => change.mutate()}>
          {resolved ? <RotateCcw size={14} /> : <CheckCheck size={15} />}
        </IconButton>
      )}
    </li>
  )
}

export function TopicsPanel({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const { data } = useQuery(topicsQuery(room.id))
  const topics = (data?.topics ?? []).toSorted((a, b) => Number(a.resolved) - Number(b.resolved) || b.last_seq - a.last_seq)
  if (topics.length === 0) return <Empty icon={Tags} title={t('topics.empty')} text={t('topics.empty_text')} />
  const mayChange = room.membership !== null && !room.archived
  return (
    <ul className="p-1.5">
      {topics.map((entry) => <TopicRow key={entry.topic} room={room.id} entry={entry} mayChange={mayChange} />)}
    </ul>
  )
}
