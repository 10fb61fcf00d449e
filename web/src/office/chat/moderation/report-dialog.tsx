import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextArea } from '@/ui/field'
import { notify } from '@/ui/toast'
import type { Message } from '../api-types'
import { usePlainText } from '../names'
import { reportMessage } from './api'

const REASONS = ['spam', 'harassment', 'secret'] as const

/** Tells the moderators of a message. */
export default function ReportDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const plain = usePlainText()
  const [reason, setReason] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  async function send() {
    setBusy(true)
    try {
      await reportMessage(message.room, message.seq, reason.trim())
      notify(t('report.done'))
      onClose()
    } catch (error) {
      setFault(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={t('report.title')} description={t('report.text')} closeLabel={t('common:close')}>
      <p className="mb-4 line-clamp-3 rounded-md border-l-3 border-line-strong bg-sunken px-3 py-2 text-fg-2">{plain(message.text)}</p>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <div className="flex flex-wrap gap-1.5">
          {REASONS.map((key) => <Button key={key} size="sm" onClick={() => setReason(t(`report.${key}`))}>{t(`report.${key}`)}</Button>)}
        </div>
        <TextArea autoFocus label={t('report.reason')} error={fault} rows={3} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={!reason.trim()}>{t('report.send')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
