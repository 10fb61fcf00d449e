import { useTranslation } from 'react-i18next'
import { placeOf, useChat } from '../model/chat-state'
import { usePeople } from '../model/directory'

const NOBODY = {}

export function TypingLine({ room, thread }: { room: string; thread: number | null }) {
  const { t } = useTranslation('chat')
  const people = usePeople()
  const typing = useChat((state) => state.typing[placeOf(room, thread)] ?? NOBODY)
  const names = Object.keys(typing).map((id) => people.get(id)?.name.split(' ')[0] ?? t('someone'))
  const [first = '', second = ''] = names
  return (
    <p aria-live="polite" className="h-5 truncate px-2 pt-0.5 text-xs text-fg-3">
      {names.length === 1 && t('typing.one', { name: first })}
      {names.length === 2 && t('typing.two', { first, second })}
      {names.length > 2 && t('typing.many')}
    </p>
  )
}
