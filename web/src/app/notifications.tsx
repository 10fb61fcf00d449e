import { CircleAlert, CircleCheck } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatAgo } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Popover } from '@/ui/popover'
import { clearNotices, useNoticeHistory } from '@/ui/toast'

type NotificationsProps = { trigger: ReactElement; onSeen: () => void }

export default function Notifications({ trigger, onSeen }: NotificationsProps) {
  const { t } = useTranslation('shell')
  const language = useLocale()
  const notices = useNoticeHistory()
  return (
    <Popover defaultOpen label={t('notifications')} onOpenChange={onSeen} trigger={trigger}>
      <div className="flex items-center justify-between py-2.5 pr-2 pl-4">
        <h2 className="font-semibold">{t('notifications')}</h2>
        {notices.length > 0 && (
          <Button tone="quiet" size="sm" onClick={clearNotices}>
            {t('notifications.clear')}
          </Button>
        )}
      </div>
      {notices.length === 0 ? (
        <p className="px-4 pt-2 pb-6 text-center text-fg-3 text-balance">{t('notifications.empty')}</p>
      ) : (
        <ul className="max-h-96 overflow-y-auto border-t py-1">
          {notices.map(({ id, tone, text, at }) => {
            const Icon = tone === 'bad' ? CircleAlert : CircleCheck
            return (
              <li key={id} className="flex gap-2.5 px-4 py-2">
                <Icon aria-hidden size={16} className={`mt-0.5 shrink-0 ${tone === 'bad' ? 'text-bad' : 'text-ok'}`} />
                <span className="min-w-0 flex-1">{text}</span>
                <span className="shrink-0 text-xs text-fg-3">{formatAgo(at, language)}</span>
              </li>
            )
          })}
        </ul>
      )}
    </Popover>
  )
}
