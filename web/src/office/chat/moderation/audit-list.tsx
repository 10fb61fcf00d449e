import { ScrollText } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ChatAuditEntry } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Empty } from '@/ui/empty'

type Known = 'message.removed' | 'person.banned' | 'ban.lifted' | 'person.muted' | 'mute.lifted' | 'person.warned' | 'report.resolved' | 'hold.placed' | 'hold.released' | 'hold.exported'

/** Who did what to whom, and when. */
export function AuditList({ entries }: { entries: ChatAuditEntry[] }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  if (entries.length === 0) return <Empty icon={ScrollText} title={t('audit.empty')} text={t('audit.empty_text')} />
  return (
    <table className="w-full">
      <caption className="sr-only">{t('audit')}</caption>
      <thead>
        <tr className="h-9 border-b text-left text-xs text-fg-3 [&>th]:font-medium">
          <th scope="col" className="pr-3">{t('audit.when')}</th>
          <th scope="col" className="pr-3">{t('audit.who')}</th>
          <th scope="col">{t('audit.what')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} className="border-b align-top last:border-0">
            <td className="py-2 pr-3 text-xs whitespace-nowrap text-fg-3 tnum max-sm:whitespace-normal">{formatDateTime(entry.at, language)}</td>
            <td className="py-2 pr-3 font-medium">{entry.by_name ?? t('audit.program')}</td>
            <td className="py-2">
              {t(`audit.${entry.action as Known}`)}
              <span className="block text-xs text-fg-3">{[entry.user_name, entry.room_name && `#${entry.room_name}`, entry.note].filter(Boolean).join(' · ')}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
