import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { changeMe, type MeChange } from '../api'
import { EmojiButton } from '../emoji/emoji-button'
import { changeLists } from '../model/change-lists'
import { chat, useChat } from '../model/chat-state'

const SUGGESTIONS = [
  { emoji: '📅', key: 'meeting', minutes: 60 },
  { emoji: '🍽️', key: 'lunch', minutes: 60 },
  { emoji: '🎯', key: 'focus', minutes: 120 },
  { emoji: '🏡', key: 'home', minutes: 0 },
  { emoji: '🌴', key: 'holiday', minutes: 0 },
] as const

const LENGTHS = [0, 30, 60, 240, 1440] as const

const inMinutes = (minutes: number) => (minutes === 0 ? null : new Date(Date.now() + minutes * 60_000).toISOString())

/** The person's status, and when they are not to be disturbed. */
export default function StatusDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const me = useChat((state) => state.me)
  const [emoji, setEmoji] = useState(me.status?.emoji ?? '💬')
  const [text, setText] = useState(me.status?.text ?? '')
  const [minutes, setMinutes] = useState<number>(0)
  const [from, setFrom] = useState(me.dnd_from ?? '')
  const [to, setTo] = useState(me.dnd_to ?? '')
  const [keywords, setKeywords] = useState(me.keywords.join(', '))
  const [busy, setBusy] = useState(false)

  async function save(change: MeChange, words?: string[]) {
    setBusy(true)
    try {
      await changeMe(change)
      // What another device has added meanwhile stays.
      if (words) await changeLists((now) => ({ keywords: [...new Set([...now.keywords.filter((word) => words.includes(word) || !me.keywords.includes(word)), ...words])] }))
      chat.update((state) => {
        const { [state.userId]: _old, ...statuses } = state.statuses
        const next = { ...state.me, ...change, keywords: state.me.keywords }
        return { ...state, me: next, statuses: next.status ? { ...statuses, [state.userId]: next.status } : statuses }
      })
      onClose()
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    setBusy(false)
  }

  const status = text.trim() ? { emoji, text: text.trim(), expires_at: inMinutes(minutes) } : null
  const words = keywords.split(',').map((word) => word.trim().toLowerCase()).filter(Boolean)
  return (
    <Dialog open onClose={onClose} title={t('status.title')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void save({ status, dnd_from: from || null, dnd_to: to || null }, words)
        }}
      >
        <div className="flex items-end gap-2">
          <EmojiButton label={t('status.emoji')} onPick={setEmoji}>
            <span className="text-lg">{emoji}</span>
          </EmojiButton>
          <div className="flex-1">
            <TextField label={t('status.text')} maxLength={100} value={text} onChange={(event) => setText(event.target.value)} placeholder={t('status.placeholder')} />
          </div>
        </div>
        <div className="flex flex-wrap gap-1.5">
          {SUGGESTIONS.map(({ emoji: face, key, minutes: length }) => (
            <Button key={key} size="sm" onClick={() => { setEmoji(face); setText(t(`status.${key}`)); setMinutes(length) }}>
              {face} {t(`status.${key}`)}
            </Button>
          ))}
        </div>
        <SelectField label={t('status.clear_after')} value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
          {[...LENGTHS, 120].toSorted((a, b) => a - b).map((length) => (
            <option key={length} value={length}>{length === 0 ? t('status.never') : t('status.after', { count: length / 60, minutes: length })}</option>
          ))}
        </SelectField>
        <fieldset className="grid grid-cols-2 gap-3">
          <legend className="mb-1.5 font-medium">{t('dnd.schedule')}</legend>
          <TextField type="time" label={t('dnd.from')} value={from} onChange={(event) => setFrom(event.target.value)} />
          <TextField type="time" label={t('dnd.to')} value={to} onChange={(event) => setTo(event.target.value)} />
          <p className="col-span-2 text-xs text-fg-3">{t('dnd.same')}</p>
        </fieldset>
        <TextField label={t('keywords')} hint={t('keywords.hint')} value={keywords} onChange={(event) => setKeywords(event.target.value)} />
        <div className="flex justify-end gap-2">
          {me.status && <Button busy={busy} onClick={() => void save({ status: null })}>{t('status.clear')}</Button>}
          <Button type="submit" tone="primary" busy={busy}>{t('common:save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
