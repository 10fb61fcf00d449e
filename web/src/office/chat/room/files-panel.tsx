import { useInfiniteQuery } from '@tanstack/react-query'
import { FolderOpen } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { useStore } from '@/lib/store'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import type { Message, RoomState } from '../api-types'
import { searchQuery } from '../queries'
import { useChatSession } from '../use-chat-session'
import { FileCard } from './attachments'

const withFiles = (messages: readonly Message[]) => messages.filter(({ files }) => files.length > 0)

/** Of a channel all files, by search; of a conversation those in the stretch that is loaded. */
export function FilesPanel({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const log = useChatSession().log(room.id, null, null)
  const loaded = useStore(log.store, ({ messages }) => messages)
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery(searchQuery(room.kind === 'channel' ? `in:#${room.name} has:file` : ''))
  const found = data?.pages.flatMap(({ items }) => items.map(({ message }) => message)) ?? []
  const messages = found.length > 0 ? withFiles(found) : withFiles(loaded).toReversed()
  if (messages.length === 0) return <Empty icon={FolderOpen} title={t('files.empty')} text={t('files.empty_text')} />
  return (
    <ul className="flex flex-col gap-3 p-3">
      {messages.flatMap((message) =>
        message.files.map((file) => (
          <li key={`${message.seq}-${file.hash}`}>
            <FileCard room={room.id} file={file} />
            <Link to="/chat/$roomId" params={{ roomId: room.id }} search={{ at: message.seq }} className="flex min-h-6 items-center text-xs text-fg-3 hover:underline">
              {formatDateTime(message.created_at, language)}
            </Link>
          </li>
        )),
      )}
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </ul>
  )
}
