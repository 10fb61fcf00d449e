import { Clock, Mail, MessageSquare } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import * as RadixPopover from 'radix-ui/popover'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { formatDateTime } from '@/lib/i18n/format'
import { Store, useStore } from '@/lib/store'
import { Button } from '@/ui/button'
import { useChat } from '../model/chat-state'
import { usePerson } from '../model/directory'
import { useOpenDirect } from '../use-open-direct'
import { BotLabel } from './bot-label'
import { PersonAvatar } from './person-avatar'

type Shown = { id: string; anchor: HTMLElement } | null

// One card for all names on the page: a list of thousands of messages pays for none.
const shown = new Store<Shown>(null)

type TriggerProps = { id: string; className?: string; children: ReactNode; tabIndex?: number }

/** A name that shows who it is. */
export function ProfileTrigger({ id, className, children, tabIndex }: TriggerProps) {
  return (
    <button type="button" tabIndex={tabIndex} aria-haspopup="dialog" className={className} onClick={({ currentTarget }) => shown.set({ id, anchor: currentTarget })}>
      {children}
    </button>
  )
}

function Card({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('chat')
  const person = usePerson(id)
  const presence = useChat((state) => state.presence[id] ?? 'offline')
  const status = useChat((state) => state.statuses[id])
  const own = useChat((state) => state.userId === id)
  const openDirect = useOpenDirect()
  const navigate = useNavigate()
  const language = useLocale()
  return (
    <div className="p-4">
      <div className="flex items-center gap-3">
        <PersonAvatar id={id} size="lg" presence />
        <div className="min-w-0">
          <h2 className="flex items-center gap-1.5 text-base font-semibold"><span className="truncate">{person?.name ?? t('someone')}</span>{person?.kind === 'bot' && <BotLabel />}</h2>
          <p className="text-xs text-fg-3">{t(`presence.${presence}`)}</p>
        </div>
      </div>
      {status && (
        <p className="mt-3 flex gap-2 rounded-md bg-sunken px-3 py-2">
          <span>{status.emoji}</span>
          <span className="min-w-0">
            {status.text}
            {status.expires_at && <span className="block text-xs text-fg-3">{t('status.until', { time: formatDateTime(status.expires_at, language) })}</span>}
          </span>
        </p>
      )}
      {person?.email && person.kind !== 'bot' && (
        <a href={`mailto:${person.email}`} className="mt-3 flex items-center gap-2 truncate text-fg-2 hover:underline">
          <Mail aria-hidden size={15} className="shrink-0 text-fg-3" />
          {person.email}
        </a>
      )}
      <p className="mt-1.5 flex items-center gap-2 text-fg-2">
        <Clock aria-hidden size={15} className="shrink-0 text-fg-3" />
        <button
          type="button"
          className="hover:underline"
          onClick={() => {
            onClose()
            void navigate({ to: '/chat/search', search: { q: `from:@${person?.name.split(' ')[0] ?? ''}` } })
          }}
        >
          {t('profile.messages')}
        </button>
      </p>
      {!own && (
        <Button
          className="mt-4 w-full"
          tone="primary"
          onClick={() => {
            onClose()
            void openDirect([id])
          }}
        >
          <MessageSquare aria-hidden size={15} />
          {t('profile.message')}
        </Button>
      )}
    </div>
  )
}

export function ProfileLayer() {
  const { t } = useTranslation('chat')
  const open = useStore(shown, (value) => value)
  const anchor = useMemo(() => ({ current: open?.anchor ?? document.body }), [open])
  const close = () => {
    open?.anchor.focus()
    shown.set(null)
  }
  if (!open) return null
  return (
    <RadixPopover.Root open onOpenChange={(next) => !next && close()}>
      <RadixPopover.Anchor virtualRef={anchor} />
      <RadixPopover.Portal>
        <RadixPopover.Content aria-label={t('profile')} align="start" sideOffset={6} collisionPadding={8} className="z-50 w-72 animate-pop rounded-xl bg-raised shadow-2 outline-none">
          <Card id={open.id} onClose={() => shown.set(null)} />
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  )
}
