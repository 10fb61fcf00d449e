import { useTranslation } from 'react-i18next'
import type { DocumentSession } from '@/lib/realtime/document-session'
import { usePeers } from '@/lib/realtime/use-session'
import { Avatar } from '@/ui/avatar'
import { tip } from '@/ui/tooltip'

const SHOWN = 4

/** Who else is here. */
export function Presence({ session }: { session: DocumentSession }) {
  const { t } = useTranslation('editor')
  const others = usePeers(session).filter(({ self }) => !self)
  if (others.length === 0) return null
  const hidden = others.slice(SHOWN)
  return (
    <ul aria-label={t('presence')} className="flex shrink-0 -space-x-1.5">
      {others.slice(0, SHOWN).map(({ id, name, color }) => (
        <li key={id}>
          <span {...tip(t('presence.here', { name }))} className="block rounded-full ring-2 ring-surface">
              <span style={{ boxShadow: `0 0 0 1.5px ${color}` }} className="block rounded-full">
                <Avatar id={id} name={name} />
              </span>
              <span className="sr-only">{name}</span>
          </span>
        </li>
      ))}
      {hidden.length > 0 && (
        <li>
          <span {...tip(hidden.map(({ name }) => name).join(', '))} className="flex size-6 items-center justify-center rounded-full bg-press text-2xs font-semibold text-fg-2 ring-2 ring-surface">
            +{hidden.length}
          </span>
        </li>
      )}
    </ul>
  )
}
