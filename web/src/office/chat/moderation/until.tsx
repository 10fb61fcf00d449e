import { useTranslation } from 'react-i18next'
import { SelectField } from '@/ui/field'

export const HOURS = [0, 1, 24, 24 * 7, 24 * 30] as const

export const untilIn = (hours: number) => (hours === 0 ? null : new Date(Date.now() + hours * 3_600_000).toISOString())

/** How long a ban or a mute holds. */
export function UntilField({ hours, onChange }: { hours: number; onChange: (hours: number) => void }) {
  const { t } = useTranslation('chat')
  return (
    <SelectField label={t('until')} value={hours} onChange={(event) => onChange(Number(event.target.value))}>
      {HOURS.map((value) => (
        <option key={value} value={value}>
          {value === 0 ? t('until.lifted') : value < 24 ? t('until.hours', { count: value }) : t('until.days', { count: value / 24 })}
        </option>
      ))}
    </SelectField>
  )
}
