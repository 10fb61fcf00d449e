import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { useChanges } from '../model/changes'
import { titleOf, type Field, type Kind, type Rec } from '../model/types'
import { FormField } from '../parts/form-field'

/** Makes another record of the type part of this one. */
export default function MergeDialog({ kind, record, from: given = null, onClose }: { kind: Kind; record: Rec; from?: string | null; onClose: () => void }) {
  const { t } = useTranslation(['business', 'common'])
  const { merge, refused } = useChanges(kind)
  const [from, setFrom] = useState<string | null>(given)
  const [busy, setBusy] = useState(false)
  const field = { name: 'from', label: t('merge.from'), type: 'link', to: kind.name, required: true, indexed: true, custom: true } as Field
  async function run() {
    if (!from) return
    setBusy(true)
    try {
      await merge(record, from)
      onClose()
    } catch (error) {
      refused(error)
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={t('merge.title', { title: titleOf(kind, record) })} description={t('merge.text')} closeLabel={t('common:close')}>
      <FormField field={field} value={from} onChange={(value) => setFrom(value as string | null)} />
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button tone="primary" busy={busy} disabled={!from || from === record.id} onClick={() => void run()}>
          {t('merge.do')}
        </Button>
      </div>
    </Dialog>
  )
}
