import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDay } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'

const DAY_MS = 86_400_000

const daysAgo = (days: number) => {
  const date = new Date(Date.now() - days * DAY_MS)
  date.setHours(0, 0, 0, 0)
  return date.toISOString()
}

export function useDayName() {
  const { t } = useTranslation('chat')
  const language = useLocale()
  return (at: string) => {
    const day = new Date(at).toDateString()
    if (day === new Date().toDateString()) return t('today')
    if (day === new Date(Date.now() - DAY_MS).toDateString()) return t('yesterday')
    const sameYear = new Date(at).getFullYear() === new Date().getFullYear()
    return sameYear ? formatDay(at, language) : `${formatDay(at, language)} ${new Date(at).getFullYear()}`
  }
}

function DateDialog({ onClose, onDate }: { onClose: () => void; onDate: (time: string) => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const [value, setValue] = useState(new Date().toISOString().slice(0, 10))
  return (
    <Dialog open onClose={onClose} title={t('jump.title')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          const date = new Date(`${value}T00:00:00`)
          if (!Number.isNaN(date.getTime())) onDate(date.toISOString())
        }}
      >
        <TextField type="date" autoFocus label={t('jump.date')} value={value} max={new Date().toISOString().slice(0, 10)} onChange={(event) => setValue(event.target.value)} />
        <Button type="submit" tone="primary" className="self-end">{t('jump')}</Button>
      </form>
    </Dialog>
  )
}

const PILL = 'flex h-6 items-center gap-1 rounded-full bg-surface px-3 text-xs font-semibold text-fg-2 shadow-1 dark:bg-raised'

/** A day, from which one can go to any other. */
export function DayPill({ at, onJump }: { at: string; onJump?: (time: string) => void }) {
  const { t } = useTranslation('chat')
  const name = useDayName()(at)
  const [asking, setAsking] = useState(false)
  if (!onJump) return <span className={PILL}>{name}</span>
  return (
    <>
      <Menu
        align="center"
        trigger={
          <button type="button" className={`${PILL} hover:bg-sunken dark:hover:bg-press`}>
            {name}
            <ChevronDown aria-hidden size={12} />
          </button>
        }
      >
        <MenuItem onSelect={() => onJump(daysAgo(1))}>{t('yesterday')}</MenuItem>
        <MenuItem onSelect={() => onJump(daysAgo(7))}>{t('jump.week')}</MenuItem>
        <MenuItem onSelect={() => onJump(daysAgo(30))}>{t('jump.month')}</MenuItem>
        <MenuItem onSelect={() => onJump(new Date(0).toISOString())}>{t('jump.first')}</MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => setAsking(true)}>{t('jump.pick')}</MenuItem>
      </Menu>
      {asking && (
        <DateDialog
          onClose={() => setAsking(false)}
          onDate={(time) => {
            setAsking(false)
            onJump(time)
          }}
        />
      )}
    </>
  )
}

export function DayDivider({ at, onJump }: { at: string; onJump?: (time: string) => void }) {
  return (
    <div className="relative flex h-10 items-center justify-center">
      <span aria-hidden className="absolute inset-x-4 top-1/2 border-t" />
      <span className="relative"><DayPill at={at} onJump={onJump} /></span>
    </div>
  )
}

export function UnreadDivider() {
  const { t } = useTranslation('chat')
  return (
    <div role="separator" aria-label={t('new')} className="flex h-6 items-center gap-2 px-4">
      <span aria-hidden className="flex-1 border-t border-bad/60" />
      <span aria-hidden className="text-2xs font-semibold text-bad">{t('new')}</span>
    </div>
  )
}
