import { Bookmark as BookmarkIcon, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatBookmark, ChatBookmarks } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { EmojiButton } from '../emoji/emoji-button'
import { EmojiFace } from '../emoji/emoji-face'
import { addressOf, titleOf } from './address'
import { addBookmark, changeBookmark } from './api'

type BookmarkDialogProps = { room: string; bookmark?: ChatBookmark; onRun: (change: Promise<ChatBookmarks>) => Promise<void>; onClose: () => void }

export default function BookmarkDialog({ room, bookmark, onRun, onClose }: BookmarkDialogProps) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const [url, setUrl] = useState(bookmark?.url ?? '')
  const [title, setTitle] = useState(bookmark?.title ?? '')
  const [emoji, setEmoji] = useState(bookmark?.emoji ?? '')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const address = addressOf(url, window.location.origin)
  const name = title.trim() || titleOf(address)
  async function save() {
    setBusy(true)
    setFault(null)
    const body = { url: address, title: name, emoji }
    try {
      const all = await (bookmark ? changeBookmark(room, bookmark.id, body) : addBookmark(room, body))
      void onRun(Promise.resolve(all))
      onClose()
    } catch (error) {
      setFault(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={bookmark ? t('bookmarks.edit') : t('bookmarks.add')} description={t('bookmarks.text')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextField autoFocus label={t('bookmarks.url')} hint={t('bookmarks.url_hint')} error={fault} placeholder="https://" value={url} maxLength={2000} onChange={(event) => setUrl(event.target.value)} />
        <div className="flex items-end gap-2">
          <EmojiButton label={t('bookmarks.emoji')} onPick={setEmoji}>
            {emoji ? <EmojiFace emoji={emoji} /> : <BookmarkIcon size={17} strokeWidth={1.75} />}
          </EmojiButton>
          {emoji && <IconButton label={t('bookmarks.no_emoji')} onClick={() => setEmoji('')}><X size={15} /></IconButton>}
          <div className="flex-1">
            <TextField label={t('bookmarks.title')} value={title} placeholder={titleOf(address)} maxLength={100} onChange={(event) => setTitle(event.target.value)} />
          </div>
        </div>
        <Button type="submit" tone="primary" busy={busy} disabled={!address || !name} className="self-end">{t('common:save')}</Button>
      </form>
    </Dialog>
  )
}
