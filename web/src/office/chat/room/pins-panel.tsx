import { useQuery } from '@tanstack/react-query'
import { Pin } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import type { RoomState } from '../api-types'
import { MessageCard } from '../pages/message-card'
import { pinsQuery } from '../queries'

export function PinsPanel({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const { data, isPending } = useQuery(pinsQuery(room.id))
  if (isPending) return <Skeleton className="m-4 h-16" />
  if (!data || data.messages.length === 0) return <Empty icon={Pin} title={t('pins.empty')} text={t('pins.empty_text')} />
  return <div className="p-1.5">{data.messages.map((message) => <MessageCard key={message.seq} message={message} withRoom={false} />)}</div>
}
