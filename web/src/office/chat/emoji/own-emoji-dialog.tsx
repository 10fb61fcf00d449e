import { Trash2, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { deleteEmoji, emojiUrl, uploadEmoji } from '../api'
import { chat, useChat } from '../model/chat-state'

const MOST_BYTES = 256 * 1024
const TYPES = 'image/png,image/gif,image/webp,image/jpeg'

/** Names are typed between colons. */
const emojiName = (text: string) => text.toLowerCase().replace(/\.\w+$/, '').replaceAll(/[^a-z0-9_+-]+/g, '_').replaceAll(/^_+|_+$/g, '').slice(0, 50)

function OwnEmojiList() {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const emoji = useChat((state) => state.emoji)
  async function remove(name: string) {
    try {
      await deleteEmoji(name)
      chat.update((state) => ({ ...state, emoji: state.emoji.filter((known) => known.name !== name) }))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return (
    <ul className="mt-4 max-h-56 overflow-y-auto border-t pt-2">
      {emoji.map(({ name }) => (
        <li key={name} className="flex h-9 items-center gap-3 rounded-md px-1 hover:bg-hover">
          <img src={emojiUrl(name)} alt="" className="size-6" />
          <span className="min-w-0 flex-1 truncate font-mono text-xs">:{name}:</span>
          <IconButton label={t('emoji.delete', { name })} size="sm" onClick={() => void remove(name)}><Trash2 size={14} /></IconButton>
        </li>
      ))}
    </ul>
  )
}

export default function OwnEmojiDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const picker = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [name, setName] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  function choose(chosen: File | undefined) {
    if (!chosen) return
    setFault(chosen.size > MOST_BYTES ? t('emoji.too_large') : null)
    setFile(chosen.size > MOST_BYTES ? null : chosen)
    if (!name) setName(emojiName(chosen.name))
  }
  async function add() {
    if (!file) return
    setBusy(true)
    try {
      const added = await uploadEmoji(emojiName(name), file)
      chat.update((state) => ({ ...state, emoji: [...state.emoji.filter((known) => known.name !== added.name), added] }))
      setFile(null)
      setName('')
    } catch (error) {
      setFault(problemText(error))
    }
    setBusy(false)
  }
  return (
    <Dialog open onClose={onClose} title={t('emoji.own')} description={t('emoji.own_text')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <div className="flex items-center gap-3">
          <Button onClick={() => picker.current?.click()}><Upload aria-hidden size={15} />{t('emoji.choose')}</Button>
          <span className="min-w-0 truncate text-fg-3">{file?.name}</span>
          <input ref={picker} type="file" accept={TYPES} hidden onChange={({ currentTarget }) => choose(currentTarget.files?.[0])} />
        </div>
        <TextField label={t('emoji.name')} hint={name ? `:${emojiName(name)}:` : undefined} error={fault} maxLength={50} value={name} onChange={(event) => setName(event.target.value)} />
        <Button type="submit" tone="primary" busy={busy} disabled={!file || !emojiName(name)} className="self-end">{t('add')}</Button>
      </form>
      <OwnEmojiList />
    </Dialog>
  )
}
