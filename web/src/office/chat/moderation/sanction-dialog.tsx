import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextArea } from '@/ui/field'
import type { Sanction } from './api'
import { UntilField, untilIn } from './until'

type SanctionDialogProps = {
  title: string
  text: string
  confirm: string
  ready?: boolean
  onConfirm: (sanction: Sanction) => Promise<unknown>
  onClose: () => void
  children?: ReactNode
}

/** Asks why and for how long before somebody is banned or muted. */
export function SanctionDialog({ title, text, confirm, ready = true, onConfirm, onClose, children }: SanctionDialogProps) {
  const { t } = useTranslation(['chat', 'common'])
  const problemText = useProblemText()
  const [reason, setReason] = useState('')
  const [hours, setHours] = useState(0)
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  async function run() {
    setBusy(true)
    try {
      await onConfirm({ reason: reason.trim(), until: untilIn(hours) })
      onClose()
    } catch (error) {
      setFault(problemText(error))
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={title} description={text} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        {children}
        <TextArea label={t('sanction.reason')} hint={t('sanction.reason_hint')} error={fault} rows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
        <UntilField hours={hours} onChange={setHours} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="danger" busy={busy} disabled={!ready}>{confirm}</Button>
        </div>
      </form>
    </Dialog>
  )
}
