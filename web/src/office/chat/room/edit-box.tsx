import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { notify } from '@/ui/toast'
import { changeMessage } from '../api'
import type { Message } from '../api-types'
import { Field } from '../composer/field'
import { decodeTokens, encodeTokens } from '../composer/tokens'
import { withUnicode } from '../emoji/data'
import { chat } from '../model/chat-state'
import { useNames } from '../names'
import { useChatSession } from '../use-chat-session'
import { useMessageActions } from './message-actions'

/** The message becomes a field at its place. */
export function EditBox({ message }: { message: Message }) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const names = useNames()
  const session = useChatSession()
  const { setEditing, remove } = useMessageActions()
  const [text, setText] = useState(() => decodeTokens(message.text, names))
  const [busy, setBusy] = useState(false)
  async function save() {
    if (text.trim() === '' && message.files.length === 0) {
      setEditing(null)
      remove(message)
      return
    }
    setBusy(true)
    try {
      const own = new Set(chat.get().emoji.map(({ name }) => name))
      const next = await changeMessage(message.room, message.seq, { text: await withUnicode(encodeTokens(text.trim(), names), own) })
      for (const log of session.logsOf(message.room)) log.changed(next)
      setEditing(null)
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
      setBusy(false)
    }
  }
  return (
    <div className="relative my-1 rounded-lg border border-line-strong bg-surface focus-within:border-accent focus-within:ring-2 focus-within:ring-accent/25">
      <Field room={message.room} label={t('edit.label')} value={text} onChange={setText} onSend={() => void save()} onEscape={() => setEditing(null)} autoFocus />
      <div className="flex justify-end gap-2 p-2 pt-0">
        <Button size="sm" onClick={() => setEditing(null)}>{t('common:cancel')}</Button>
        <Button size="sm" tone="primary" busy={busy} onClick={() => void save()}>{t('common:save')}</Button>
      </div>
    </div>
  )
}
