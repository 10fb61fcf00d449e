import { History } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { controlClass } from '@/ui/field'
import { toLocalInput } from '../model/values'

/** Says that this is the past, and leads back. */
export function AsOfBanner({ at, onLeave, children }: { at: string; onLeave: () => void; children?: ReactNode }) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  return (
    <div role="status" className="flex shrink-0 flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-warn-soft px-4 py-1.5 text-sm font-medium text-warn">
      <History aria-hidden size={15} strokeWidth={1.75} />
      <span>{t('as_of.banner', { time: formatDateTime(at, locale) })}</span>
      {children}
      <Button size="sm" tone="plain" onClick={onLeave}>
        {t('as_of.leave')}
      </Button>
    </div>
  )
}

const HOUR = 3_600_000

/** Asks for the moment that a list is to be looked at. */
export function AsOfDialog({ onChoose, onClose }: { onChoose: (at: string) => void; onClose: () => void }) {
  const { t } = useTranslation(['business', 'common'])
  const [text, setText] = useState(toLocalInput(new Date(Date.now() - 24 * HOUR).toISOString()))
  const choose = (date: Date) => !Number.isNaN(date.getTime()) && onChoose(date.toISOString())
  const steps = [
    ['as_of.hour', HOUR],
    ['as_of.day', 24 * HOUR],
    ['as_of.week', 7 * 24 * HOUR],
    ['as_of.month', 30 * 24 * HOUR],
  ] as const
  return (
    <Dialog open onClose={onClose} title={t('as_of.title')} description={t('as_of.text')} closeLabel={t('common:close')}>
      <div className="mb-3 grid grid-cols-2 gap-2">
        {steps.map(([name, back]) => (
          <Button key={name} onClick={() => choose(new Date(Date.now() - back))}>
            {t(name)}
          </Button>
        ))}
      </div>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          choose(new Date(text))
        }}
      >
        <input type="datetime-local" aria-label={t('as_of.moment')} value={text} max={toLocalInput(new Date().toISOString())} onChange={(event) => setText(event.target.value)} className={`${controlClass} dark:[color-scheme:dark]`} />
        <Button type="submit" tone="primary" className="h-9">
          {t('as_of.look')}
        </Button>
      </form>
    </Dialog>
  )
}
