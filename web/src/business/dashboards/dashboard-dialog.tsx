import { useTranslation } from 'react-i18next'
import type { RecordDashboard, RecordTeam } from '@/lib/api/types'
import { ShareDialog } from '../views/share-dialog'
import { useDashboardChanges } from './dashboards-api'

type DialogProps = { teams: readonly RecordTeam[]; edited?: RecordDashboard; onClose: () => void; onDone: (dashboard: string) => void }

/** Names a dashboard, and says who sees it. */
export default function DashboardDialog({ teams, edited, onClose, onDone }: DialogProps) {
  const { t } = useTranslation('business')
  const changes = useDashboardChanges()
  return (
    <ShareDialog
      title={edited ? t('saved.edit') : t('dashboard.new')} name={edited?.name ?? ''} shared={edited} teams={teams} busy={changes.busy} onClose={onClose}
      onSave={async (share) => {
        const done = await (edited ? changes.change(edited, share) : changes.save({ ...share, charts: [] }))
        if (!done) return
        onClose()
        if (!edited) onDone(done.id)
      }}
    />
  )
}
