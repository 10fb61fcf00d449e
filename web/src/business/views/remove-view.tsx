import { useTranslation } from 'react-i18next'
import type { RecordView } from '@/lib/api/types'
import { ConfirmDialog } from '@/ui/dialog'
import type { Kind } from '../model/types'
import { useViewChanges } from './use-view-changes'

type RemoveProps = { kind: Kind; view: RecordView; onClose: () => void; onDone: () => void }

export default function RemoveView({ kind, view, onClose, onDone }: RemoveProps) {
  const { t } = useTranslation(['business', 'common'])
  const changes = useViewChanges(kind)
  const remove = async () => {
    if (!(await changes.remove(view))) return
    onClose()
    onDone()
  }
  return (
    <ConfirmDialog
      open danger busy={changes.busy} onClose={onClose} onConfirm={() => void remove()}
      title={t('saved.remove_title', { view: view.name })} description={t(view.audience === 'me' ? 'saved.remove_own' : 'saved.remove_shared')} confirmLabel={t('saved.remove')} cancelLabel={t('common:cancel')}
    />
  )
}
