import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'

/** Changes something that was saved and may be shared: told when it is refused, and read again after each change. */
export function useSavedRun(key: QueryKey) {
  const { t } = useTranslation('business')
  const client = useQueryClient()
  const problemText = useProblemText()
  const [busy, setBusy] = useState(false)
  async function run<T>(what: () => Promise<T>): Promise<T | null> {
    setBusy(true)
    try {
      return await what()
    } catch (error) {
      const isOld = error instanceof Problem && error.status === 409
      notify(isOld ? t('saved.old') : problemText(error), { tone: 'bad' })
      return null
    } finally {
      await client.invalidateQueries({ queryKey: key })
      setBusy(false)
    }
  }
  return { busy, run }
}
