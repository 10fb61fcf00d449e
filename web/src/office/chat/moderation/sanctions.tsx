import { useQuery, useQueryClient } from '@tanstack/react-query'
import { MicOff, ShieldCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { PeoplePicker } from '../people/people-picker'
import { allBansQuery, endBan, mutePerson, mutesQuery, unmutePerson } from './api'
import { SanctionDialog } from './sanction-dialog'

type EntryProps = { id: string; name: string; detail: string; reason: string; until: string | null; action: ReactNode }

function Entry({ id, name, detail, reason, until, action }: EntryProps) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3">
      <Avatar id={id} name={name} size="md" />
      <span className="min-w-40 flex-1">
        <span className="block font-medium">{name} {detail && <span className="font-normal text-fg-3">{detail}</span>}</span>
        <span className="block text-xs text-fg-3">{[until ? t('until.time', { time: formatDateTime(until, language) }) : t('until.lifted'), reason].filter(Boolean).join(' · ')}</span>
      </span>
      {action}
    </li>
  )
}

function useLift() {
  const client = useQueryClient()
  const problemText = useProblemText()
  return async (change: Promise<unknown>) => {
    try {
      await change
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    await client.invalidateQueries({ queryKey: ['chat', 'moderation'] })
  }
}

function MuteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('chat')
  const lift = useLift()
  const [chosen, setChosen] = useState<string[]>([])
  return (
    <SanctionDialog
      title={t('silence.title')}
      text={t('silence.text')}
      confirm={t('silence')}
      ready={chosen.length > 0}
      onClose={onClose}
      onConfirm={async (sanction) => {
        for (const user of chosen) await mutePerson(user, sanction)
        await lift(Promise.resolve())
      }}
    >
      <PeoplePicker autoFocus label={t('people')} chosen={chosen} onChange={setChosen} />
    </SanctionDialog>
  )
}

/** Who may not be in a room, and who may only read. */
export function Sanctions() {
  const { t } = useTranslation('chat')
  const lift = useLift()
  const bans = useQuery(allBansQuery)
  const mutes = useQuery(mutesQuery)
  const [muting, setMuting] = useState(false)
  if (bans.isPending || mutes.isPending) return <Skeleton className="h-40" />
  const card = 'divide-y divide-line rounded-lg bg-surface shadow-1 dark:bg-raised'
  return (
    <div className="flex flex-col gap-6">
      <section aria-label={t('silence.list')}>
        <div className="mb-2 flex items-center gap-3">
          <h2 className="flex-1 font-semibold">{t('silence.list')}</h2>
          <Button onClick={() => setMuting(true)}><MicOff aria-hidden size={15} />{t('silence.add')}</Button>
        </div>
        <ul className={cn(mutes.data?.mutes.length ? card : 'hidden')}>
          {mutes.data?.mutes.map(({ user_id: user, user_name: name, reason, until }) => (
            <Entry key={user} id={user} name={name ?? ''} detail="" reason={reason} until={until} action={<Button size="sm" aria-label={t('silence.lift_of', { name: name ?? '' })} onClick={() => void lift(unmutePerson(user))}>{t('silence.lift')}</Button>} />
          ))}
        </ul>
        {mutes.data?.mutes.length === 0 && <Empty icon={ShieldCheck} title={t('silence.empty')} text={t('silence.empty_text')} />}
      </section>
      <section aria-label={t('ban.list')}>
        <h2 className="mb-2 font-semibold">{t('ban.list')}</h2>
        <ul className={cn(bans.data?.bans.length ? card : 'hidden')}>
          {bans.data?.bans.map(({ room_id: room, room_name: roomName, user_id: user, user_name: name, reason, until }) => (
            <Entry key={room + user} id={user} name={name ?? ''} detail={`#${roomName ?? ''}`} reason={reason} until={until} action={<Button size="sm" aria-label={t('ban.lift_of', { name: name ?? '' })} onClick={() => void lift(endBan(room, user))}>{t('ban.lift')}</Button>} />
          ))}
        </ul>
        {bans.data?.bans.length === 0 && <Empty icon={ShieldCheck} title={t('ban.empty')} text={t('ban.empty_text')} />}
      </section>
      {muting && <MuteDialog onClose={() => setMuting(false)} />}
    </div>
  )
}
