import { useQuery, useQueryClient } from '@tanstack/react-query'
import { BellOff, BellRing } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatDateTime, formatTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { pauseUntil, quietQuery } from '@/office/notify/api'
import { MenuItem, MenuLabel } from '@/ui/menu'
import { notify } from '@/ui/toast'

const HALF_HOUR = 30 * 60_000
const MORNING = 8

function tomorrow() {
  const date = new Date()
  date.setDate(date.getDate() + 1)
  date.setHours(MORNING, 0, 0, 0)
  return date
}

const PAUSES = [
  { key: 'half_hour', end: () => new Date(Date.now() + HALF_HOUR) },
  { key: 'hour', end: () => new Date(Date.now() + 2 * HALF_HOUR) },
  { key: 'tomorrow', end: tomorrow },
] as const

/** Holds pushes back for a while, on all devices. */
export function PauseItems() {
  const { t } = useTranslation('shell')
  const language = useLocale()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { data } = useQuery(quietQuery)
  const until = data?.until && Date.parse(data.until) > Date.now() ? data.until : null
  const soon = until && Date.parse(until) - Date.now() < 86_400_000
  async function pause(end: Date | null) {
    try {
      client.setQueryData(quietQuery.queryKey, await pauseUntil(end?.toISOString() ?? null))
      notify(end ? t('pause.done', { time: formatTime(end.toISOString(), language) }) : t('pause.ended'))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  if (until) {
    const time = soon ? formatTime(until, language) : formatDateTime(until, language)
    return (
      <>
        <MenuLabel>{t('pause.until', { time })}</MenuLabel>
        <MenuItem icon={BellRing} onSelect={() => void pause(null)}>{t('pause.end')}</MenuItem>
      </>
    )
  }
  return (
    <>
      <MenuLabel>{t('pause')}</MenuLabel>
      {PAUSES.map(({ key, end }) => (
        <MenuItem key={key} icon={BellOff} onSelect={() => void pause(end())}>{t(`pause.${key}`)}</MenuItem>
      ))}
    </>
  )
}
