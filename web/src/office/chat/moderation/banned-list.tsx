import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { notify } from '@/ui/toast'
import { bansQuery, liftBan } from './api'

/** Who may not be in the room, for those who manage it. */
export default function BannedList({ room }: { room: string }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const client = useQueryClient()
  const problemText = useProblemText()
  const { data } = useQuery(bansQuery(room))
  if (!data || data.bans.length === 0) return null
  async function lift(user: string) {
    try {
      await liftBan(room, user)
      await client.invalidateQueries({ queryKey: bansQuery(room).queryKey })
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return (
    <section aria-label={t('ban.here')} className="mt-3 border-t pt-3">
      <h3 className="px-2 pb-1 text-xs font-medium text-fg-3">{t('ban.here')}</h3>
      <ul>
        {data.bans.map(({ user_id: user, user_name: name, reason, until }) => (
          <li key={user} className="flex min-h-11 items-center gap-3 rounded-md px-2">
            <Avatar id={user} name={name ?? ''} size="md" className="grayscale" />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{name}</span>
              <span className="block truncate text-xs text-fg-3">{[until ? t('until.time', { time: formatDateTime(until, language) }) : t('until.lifted'), reason].filter(Boolean).join(' · ')}</span>
            </span>
            <Button size="sm" aria-label={t('ban.lift_of', { name: name ?? '' })} onClick={() => void lift(user)}>{t('ban.lift')}</Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
