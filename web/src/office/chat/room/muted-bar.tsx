import { MicOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'

/** In place of the field to write in, for whom a moderator lets only read. */
export function MutedBar({ until }: { until: string | null }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  return (
    <div role="status" className="flex shrink-0 items-center justify-center gap-2.5 border-t bg-sunken px-4 py-4 text-fg-2">
      <MicOff aria-hidden size={16} strokeWidth={1.75} />
      <p>{until ? t('silenced.until', { time: formatDateTime(until, language) }) : t('silenced')}</p>
    </div>
  )
}
