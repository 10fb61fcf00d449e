import { ALargeSmall, AtSign, Paperclip, Smile, X } from 'lucide-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useImperativeHandle, useRef, useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { live } from '@/lib/live'
import { readSetting, writeSetting } from '@/lib/storage'
import { IconButton } from '@/ui/button'
import { notify } from '@/ui/toast'
import { schedule } from '../api'
import type { Quote } from '../api-types'
import { EmojiButton } from '../emoji/emoji-button'
import { withUnicode } from '../emoji/data'
import { chat } from '../model/chat-state'
import { giveCommand } from '../model/whispers'
import { useNames } from '../names'
import { QuoteBlock } from '../room/message-row'
import { useChatSession } from '../use-chat-session'
import { replaceRange } from './edit-text'
import { Field } from './field'
import { WhisperList } from './whisper-list'
import { FormatBar } from './format-bar'
import { SendButtons } from './send-buttons'
import { TypingLine } from './typing-line'
import { UploadList } from './upload-list'
import { encodeTokens } from './tokens'
import { useDraft } from './use-draft'
import { useUploads } from './use-uploads'
import { VoiceNote } from './voice-note'

const TYPING_EVERY_MS = 3_000

export type ComposerHandle = { focus: () => void; addFiles: (files: File[]) => void }

type ComposerProps = {
  room: string
  thread?: number | null
  topic?: string | null
  label: string
  placeholder: string
  quote: Quote | null
  onQuote: (quote: Quote | null) => void
  onRecall: () => void
  onSent: () => void
  onEscape?: () => void
  autoFocus?: boolean
  ref?: Ref<ComposerHandle>
}

function useTypingHint(room: string, thread: number | null) {
  const last = useRef(0)
  return () => {
    const now = Date.now()
    if (now - last.current < TYPING_EVERY_MS) return
    last.current = now
    live.hint('chat.typing', thread ? { room, thread } : { room })
  }
}

function useSend({ room, thread = null, topic = null, quote, onQuote, onSent }: ComposerProps, draft: ReturnType<typeof useDraft>, uploads: ReturnType<typeof useUploads>) {
  const { t } = useTranslation('chat')
  const session = useChatSession()
  const names = useNames()
  const problemText = useProblemText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const ready = !uploads.pending && (draft.text.trim() !== '' || uploads.uploads.length > 0)
  const encode = () => withUnicode(encodeTokens(draft.text.trim(), names), new Set(chat.get().emoji.map(({ name }) => name)))
  function done() {
    draft.clear()
    uploads.clear()
    onQuote(null)
  }
  async function command() {
    const typed = draft.text
    draft.clear()
    const to = await giveCommand(session, { room, thread, text: await encode() })
    // What could not be done is there to be repaired, unless something else was begun meanwhile.
    if (to === 'failed') draft.restore(typed)
    else if (to && to !== room) await navigate({ to: '/chat/$roomId', params: { roomId: to } })
    onSent()
  }
  async function send() {
    if (!ready) return
    if (draft.text.startsWith('/') && uploads.uploads.length === 0 && !quote) return command()
    const files = uploads.uploads.flatMap(({ stored }) => stored ?? [])
    const text = encode()
    done()
    session.outbox.add({ room, thread, topic, quote, files, text: await text })
    onSent()
  }
  async function sendLater(at: Date) {
    if (draft.text.trim() === '') return
    try {
      await schedule({ room, ...(thread ? { thread } : {}), text: await encode(), at: at.toISOString() })
      done()
      notify(t('scheduled.done'))
      await client.invalidateQueries({ queryKey: ['chat', 'scheduled'] })
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return { ready, send, sendLater }
}

export function Composer(props: ComposerProps) {
  const { room, thread = null, label, placeholder, quote, onQuote, onRecall, onEscape, autoFocus, ref } = props
  const { t } = useTranslation('chat')
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const draft = useDraft(room, thread)
  const uploads = useUploads(room)
  const { ready, send, sendLater } = useSend(props, draft, uploads)
  const hint = useTypingHint(room, thread)
  const [formats, setFormats] = useState(() => readSetting('chat-formats') !== 'off')
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus(), addFiles: uploads.add }))

  const insert = (text: string) => field.current && replaceRange(field.current, field.current.selectionStart, field.current.selectionEnd, text)
  return (
    <div className="shrink-0 px-3 pb-2 sm:px-4">
      <WhisperList room={room} thread={thread} />
      <div className="relative rounded-xl border border-line-strong bg-surface shadow-1 transition-colors focus-within:border-accent/70 dark:bg-raised">
        {formats && <div className="max-sm:hidden"><FormatBar field={field} /></div>}
        {quote && (
          <div className="flex items-start gap-2 px-3 pt-2">
            <div className="min-w-0 flex-1"><QuoteBlock quote={quote} /></div>
            <IconButton label={t('quote.remove')} size="sm" onClick={() => onQuote(null)}><X size={14} /></IconButton>
          </div>
        )}
        <UploadList uploads={uploads.uploads} onRemove={uploads.remove} onRetry={uploads.retry} />
        <Field
          ref={field}
          room={room}
          label={label}
          placeholder={placeholder}
          value={draft.text}
          autoFocus={autoFocus}
          onChange={(text) => {
            draft.change(text)
            if (text) hint()
          }}
          onSend={() => void send()}
          onRecall={onRecall}
          onEscape={onEscape}
          onFiles={uploads.add}
        />
        <div className="flex items-center gap-0.5 px-1.5 pb-1.5">
          <IconButton label={t('attach')} size="sm" side="top" onClick={() => picker.current?.click()}><Paperclip size={16} strokeWidth={1.75} /></IconButton>
          <input ref={picker} type="file" multiple hidden onChange={({ currentTarget }) => { uploads.add([...(currentTarget.files ?? [])]); currentTarget.value = '' }} />
          <IconButton label={t('format.toggle')} size="sm" side="top" aria-pressed={formats} className="max-sm:hidden" onClick={() => { setFormats(!formats); writeSetting('chat-formats', formats ? 'off' : null) }}>
            <ALargeSmall size={17} strokeWidth={1.75} />
          </IconButton>
          <EmojiButton label={t('emoji')} size="sm" onPick={(emoji) => insert(emoji)}><Smile size={16} strokeWidth={1.75} /></EmojiButton>
          <IconButton label={t('mention')} size="sm" side="top" onClick={() => insert('@')}><AtSign size={16} strokeWidth={1.75} /></IconButton>
          <VoiceNote onFile={(file) => uploads.add([file])} />
          <span className="flex-1" />
          <SendButtons disabled={!ready} onSend={() => void send()} onSchedule={uploads.uploads.length === 0 ? (at) => void sendLater(at) : undefined} />
        </div>
      </div>
      <TypingLine room={room} thread={thread} />
    </div>
  )
}
