import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { faultsOf, useChanges } from '../model/changes'
import type { RecordList } from '../model/record-list'
import type { Fields, Kind, Rec } from '../model/types'

/** Keeps what was dragged to other days; what speaks against it is said in words. */
export function useKeep(kind: Kind, list: RecordList) {
  const problemText = useProblemText()
  const { change } = useChanges(kind)
  return async (record: Rec, fields: Fields | null) => {
    if (!fields) return
    try {
      await change(record, { fields }, { list })
    } catch (error) {
      notify(Object.values(faultsOf(error))[0] ?? problemText(error), { tone: 'bad' })
    }
  }
}
