import { ChevronDown, Clock, SendHorizontal } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu'
import { laterTimes } from '../room/later-times'

const localNow = () => new Date(Date.now() + 3_600_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

export function TimeDialog({ title, onClose, onTime }: { title: string; onClose: () => void; onTime: (at: Date) => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const [value, setValue] = useState(localNow)
  const at = new Date(value)
  const past = !(at.getTime() > Date.now())
  return (
    <Dialog open onClose={onClose} title={title} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!past) onTime(at)
        }}
      >
        <TextField type="datetime-local" label={t('time')} value={value} onChange={(event) => setValue(event.target.value)} error={past ? t('time.past') : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" disabled={past}>{t('schedule')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

type SendButtonsProps = { disabled: boolean; onSend: () => void; onSchedule?: (at: Date) => void }

export function SendButtons({ disabled, onSend, onSchedule }: SendButtonsProps) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const [custom, setCustom] = useState(false)
  return (
    <span className="flex">
      <Button tone="primary" size="sm" square disabled={disabled} aria-label={t('send')} onClick={onSend} className={onSchedule && 'rounded-r-none'}>
        <SendHorizontal size={15} strokeWidth={1.75} />
      </Button>
      {onSchedule && (
        <Menu
          side="top"
          className="w-64"
          trigger={
            <Button tone="primary" size="sm" disabled={disabled} aria-label={t('schedule')} className="w-6 rounded-l-none border-l border-white/25 px-0">
              <ChevronDown size={13} />
            </Button>
          }
        >
          <MenuLabel>{t('schedule')}</MenuLabel>
          {laterTimes().slice(1).map(({ key, at }) => (
            <MenuItem key={key} onSelect={() => onSchedule(at)}>
              <span className="flex justify-between gap-3">
                {t(`later.${key}`)}
                <span className="text-fg-3 tnum">{formatDateTime(at, language).split(',').at(-1)}</span>
              </span>
            </MenuItem>
          ))}
          <MenuSeparator />
          <MenuItem icon={Clock} onSelect={() => setCustom(true)}>{t('later.custom')}</MenuItem>
        </Menu>
      )}
      {custom && onSchedule && (
        <TimeDialog
          title={t('schedule')}
          onClose={() => setCustom(false)}
          onTime={(at) => {
            setCustom(false)
            onSchedule(at)
          }}
        />
      )}
    </span>
  )
}
