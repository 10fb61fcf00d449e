import { useTranslation } from 'react-i18next'
import type { RecordLook, RecordView } from '@/lib/api/types'
import { ShareDialog } from './share-dialog'
import { useViewChanges } from './use-view-changes'
import type { MenuProps } from './view-menu'

type DialogProps = Pick<MenuProps, 'kind' | 'teams'> & {
  /** The view that is renamed or shared otherwise. */
  edited?: RecordView
  /** The view that is copied. */
  from?: RecordView
  look: RecordLook
  onClose: () => void
  onDone: (view: string) => void
}

/** Names a view, and says who sees it. */
export default function ViewDialog({ kind, teams, edited, from, look, onClose, onDone }: DialogProps) {
  const { t } = useTranslation('business')
  const changes = useViewChanges(kind)
  return (
    <ShareDialog
      title={edited ? t('saved.edit') : from ? t('saved.copy') : t('saved.new')} name={edited?.name ?? (from ? t('saved.copy_of', { view: from.name }) : '')} shared={edited} teams={teams} busy={changes.busy} onClose={onClose}
      onSave={async (share) => {
        const done = await (edited ? changes.change(edited, share) : changes.save({ ...share, look }))
        if (!done) return
        onClose()
        if (!edited) onDone(done.id)
      }}
    />
  )
}
