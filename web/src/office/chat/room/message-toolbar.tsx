import { Bookmark, BookmarkX, Copy, Ellipsis, Flag, Forward, Link2, MailOpen, MessageSquareQuote, MessageSquareText, Pencil, Pin, PinOff, SmilePlus, Tag, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/lib/session'
import { IconButton } from '@/ui/button'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu'
import type { Message } from '../api-types'
import { EmojiButton } from '../emoji/emoji-button'
import { recentEmoji } from '../emoji/data'
import { savedKey, useChat, useRoom } from '../model/chat-state'
import { useMessageActions } from './message-actions'
import { EmojiFace } from '../emoji/emoji-face'
import { laterTimes } from './later-times'

export function useMayEdit(message: Message) {
  const own = useChat((state) => state.userId === message.author)
  const manages = usePermission('chat.moderation')
  const owner = useRoom(message.room)?.membership?.role === 'owner'
  return { edit: own && !message.deleted, remove: own || owner || manages, report: !own && !message.deleted }
}

function MoreMenu({ message, onOpen }: { message: Message; onOpen: (open: boolean) => void }) {
  const { t } = useTranslation('chat')
  const actions = useMessageActions()
  const saved = useChat((state) => savedKey(message.room, message.seq) in state.saved)
  const may = useMayEdit(message)
  const trigger = (
    <IconButton label={t('more')} size="sm" onPointerDown={() => onOpen(true)}>
      <Ellipsis size={16} strokeWidth={1.75} />
    </IconButton>
  )
  return (
    <Menu trigger={trigger} className="w-60" keepFocus>
      {may.edit && <MenuItem icon={Pencil} keys={['E']} onSelect={() => actions.setEditing(message.seq)}>{t('edit')}</MenuItem>}
      <MenuItem icon={MessageSquareQuote} keys={['Q']} onSelect={() => actions.quote(message)}>{t('quote')}</MenuItem>
      <MenuItem icon={Forward} keys={['F']} onSelect={() => actions.setDialog({ kind: 'forward', message })}>{t('forward')}</MenuItem>
      <MenuItem icon={Link2} keys={['L']} onSelect={() => actions.copyLink(message)}>{t('copy_link')}</MenuItem>
      <MenuItem icon={Copy} onSelect={() => actions.copyText(message)}>{t('copy_text')}</MenuItem>
      <MenuSeparator />
      <MenuItem icon={saved ? BookmarkX : Bookmark} keys={['S']} onSelect={() => actions.save(message)}>{saved ? t('unsave') : t('save')}</MenuItem>
      <MenuItem icon={message.pinned ? PinOff : Pin} keys={['P']} onSelect={() => actions.pin(message)}>{message.pinned ? t('unpin') : t('pin')}</MenuItem>
      <MenuItem icon={MailOpen} keys={['U']} onSelect={() => actions.markUnread(message)}>{t('mark_unread')}</MenuItem>
      {message.thread === null && <MenuItem icon={Tag} keys={['T']} onSelect={() => actions.setDialog({ kind: 'topic', message })}>{t('topic.set')}</MenuItem>}
      <MenuSeparator />
      <MenuLabel>{t('remind')}</MenuLabel>
      {laterTimes().map(({ key, at }) => (
        <MenuItem key={key} onSelect={() => actions.remind(message, at)}>{t(`later.${key}`)}</MenuItem>
      ))}
      {(may.remove || may.report) && <MenuSeparator />}
      {may.report && <MenuItem icon={Flag} onSelect={() => actions.setDialog({ kind: 'report', message })}>{t('report')}</MenuItem>}
      {may.remove && (
        <>
          <MenuItem icon={Trash2} danger keys={['Delete']} onSelect={() => actions.remove(message)}>{t('delete')}</MenuItem>
        </>
      )}
    </Menu>
  )
}

type ToolbarProps = { message: Message; inThread: boolean; picking: boolean; onHold: (held: boolean) => void }

/** Appears at the message under the pointer or the focus. */
export function MessageToolbar({ message, inThread, picking, onHold }: ToolbarProps) {
  const { t } = useTranslation('chat')
  const actions = useMessageActions()
  return (
    <div role="toolbar" aria-label={t('actions')} className="absolute -top-3.5 right-3 z-10 flex items-center rounded-lg bg-raised p-0.5 shadow-2">
      <span className="flex max-sm:hidden">
        {recentEmoji().slice(0, 3).map((emoji) => (
          <IconButton key={emoji} label={t('react_with', { emoji })} side="top" size="sm" onClick={() => actions.react(message, emoji)}>
            <EmojiFace emoji={emoji} />
          </IconButton>
        ))}
      </span>
      <EmojiButton key={String(picking)} label={t('react')} keys={['+']} size="sm" defaultOpen={picking} onOpenChange={onHold} onPick={(emoji) => actions.react(message, emoji)}>
        <SmilePlus size={16} strokeWidth={1.75} />
      </EmojiButton>
      {!inThread && (
        <IconButton label={t('reply_in_thread')} keys={['R']} side="top" size="sm" onClick={() => actions.openThread(message)}>
          <MessageSquareText size={16} strokeWidth={1.75} />
        </IconButton>
      )}
      <IconButton label={t('quote')} keys={['Q']} side="top" size="sm" onClick={() => actions.quote(message)}>
        <MessageSquareQuote size={16} strokeWidth={1.75} />
      </IconButton>
      <MoreMenu message={message} onOpen={onHold} />
    </div>
  )
}
