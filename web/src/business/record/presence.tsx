import { useTranslation } from 'react-i18next'
import { Avatar, cursorColor } from '@/ui/avatar'
import { tip } from '@/ui/tooltip'
import type { Presence } from '../model/record-live'
import { usePeople } from '../model/use-kinds'

const MOST = 4

/** Who else looks at the record. */
export function PresentPeople({ others }: { others: readonly Presence[] }) {
  const { t } = useTranslation('business')
  const people = usePeople()
  if (others.length === 0) return null
  return (
    <ul aria-label={t('present')} className="mr-1 flex -space-x-1.5">
      {others.slice(0, MOST).map(({ user }) => {
        const name = people.get(user)?.name ?? t('someone')
        return (
          <li key={user} {...tip(t('present.here', { name }))}>
            <Avatar id={user} name={name} className="ring-2 ring-surface" />
            <span className="sr-only">{name}</span>
          </li>
        )
      })}
      {others.length > MOST && <li className="flex size-6 items-center justify-center rounded-full bg-press text-2xs ring-2 ring-surface">+{others.length - MOST}</li>}
    </ul>
  )
}

/** Who is in a field right now, in the colour of their avatar. */
export function FieldPresence({ others, field }: { others: readonly Presence[]; field: string }) {
  const { t } = useTranslation('business')
  const people = usePeople()
  const here = others.filter((one) => one.field === field)
  const [first] = here
  if (!first) return null
  const names = here.map(({ user }) => people.get(user)?.name ?? t('someone')).join(', ')
  return (
    <>
      <span aria-hidden className="pointer-events-none absolute inset-0 rounded-md ring-2 ring-inset" style={{ '--tw-ring-color': cursorColor(first.user) } as never} />
      <span role="status" className="pointer-events-none absolute -top-2.5 right-2 z-10 rounded-[5px] px-1.5 text-2xs leading-4 font-medium text-white" style={{ backgroundColor: cursorColor(first.user) }}>
        <span className="sr-only">{t('present.in', { name: names })}</span>
        <span aria-hidden>{names}</span>
      </span>
    </>
  )
}
