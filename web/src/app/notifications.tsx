import { CheckCheck, Settings2 } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { InboxList, useReadChange } from '@/office/notify/inbox'
import { IconButton } from '@/ui/button'
import { Popover } from '@/ui/popover'

/** The inbox of all apps, under the bell. */
export default function Notifications({ trigger }: { trigger: ReactElement }) {
  const { t } = useTranslation(['notify', 'shell'])
  const [open, setOpen] = useState(true)
  const change = useReadChange()
  const close = () => setOpen(false)
  return (
    <Popover open={open} label={t('shell:notifications')} className="w-96" onOpenChange={setOpen} trigger={trigger}>
      <div className="flex h-12 items-center gap-1 border-b pr-2 pl-4">
        <h2 className="flex-1 font-semibold">{t('title')}</h2>
        <IconButton label={t('mark_all_read')} size="sm" onClick={() => void change('all', true)}>
          <CheckCheck size={16} strokeWidth={1.75} />
        </IconButton>
        <Link to="/notifications/preferences" aria-label={t('preferences')} onClick={close} className="flex size-7 items-center justify-center rounded-md text-fg-2 hover:bg-hover">
          <Settings2 size={16} strokeWidth={1.75} />
        </Link>
      </div>
      <div className="max-h-[min(28rem,70dvh)] overflow-y-auto">
        <InboxList onOpen={close} />
      </div>
      <Link to="/notifications" onClick={close} className="block border-t py-2.5 text-center text-xs font-medium text-accent-text hover:bg-hover">
        {t('all')}
      </Link>
    </Popover>
  )
}
