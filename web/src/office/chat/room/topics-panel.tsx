import { useQuery } from '@tanstack/react-query'
import { CheckCheck, Tags } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty } from '@/ui/empty'
import type { RoomState } from '../api-types'
import { topicsQuery } from '../queries'

export function TopicsPanel({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const { data } = useQuery(topicsQuery(room.id))
  const topics = (data?.topics ?? []).toSorted((a, b) => Number(a.resolved) - Number(b.resolved) || b.last_seq - a.last_seq)
  if (topics.length === 0) return <Empty icon={Tags} title={t('topics.empty')} text={t('topics.empty_text')} />
  return (
    <ul className="p-1.5">
      {topics.map(({ topic, count, resolved }) => (
        <li key={topic}>
          <Link
            to="/chat/$roomId"
            params={{ roomId: room.id }}
            search={{ topic, panel: 'topics' }}
            activeOptions={{ includeSearch: true }}
            className="flex h-9 items-center gap-2.5 rounded-md px-2.5 hover:bg-hover data-[status=active]:bg-selected data-[status=active]:text-accent-text"
          >
            {resolved ? <CheckCheck aria-hidden size={15} className="text-ok" /> : <Tags aria-hidden size={15} className="text-fg-3" />}
            <span className="min-w-0 flex-1 truncate font-medium">{topic}</span>
            <span className="text-xs text-fg-3 tnum">{t('messages.count', { count })}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
