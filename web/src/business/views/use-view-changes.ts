import { useTranslation } from 'react-i18next'
import type { NewRecordView, RecordView, RecordViewChange } from '@/lib/api/types'
import { notify } from '@/ui/toast'
import { changeView, removeView, saveView, viewsQuery } from '../model/saved-views'
import { useSavedRun } from '../model/use-saved-run'
import type { Kind } from '../model/types'

/** Changes of saved views. */
export function useViewChanges(kind: Kind) {
  const { t } = useTranslation(['business', 'common'])
  const { busy, run } = useSavedRun(viewsQuery(kind.name).queryKey)
  return {
    busy,
    save: (view: NewRecordView) => run(() => saveView(kind.name, view)),
    change: (view: RecordView, change: Omit<RecordViewChange, 'version'>) => run(() => changeView(kind.name, view.id, { ...change, version: view.version })),
    remove: (view: RecordView) => run(async () => (await removeView(kind.name, view.id), true)),
    async copyLink(address: string) {
      try {
        await navigator.clipboard.writeText(address)
        notify(t('saved.linked'))
      } catch {
        notify(t('common:copy_failed'), { tone: 'bad' })
      }
    },
  }
}
