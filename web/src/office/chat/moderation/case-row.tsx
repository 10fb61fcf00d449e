import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, ChevronRight, Flag, ShieldAlert, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatCase, ChatModerationAction } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { TextArea } from '@/ui/field'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import type { Message } from '../api-types'
import { Markdown } from '../markdown/markdown'
import { usePlainText } from '../names'
import { AuthorAvatar, useAuthorName } from '../room/message-row'
import { caseQuery, decide } from './api'
import { UntilField, untilIn } from './until'

const ICONS = { remove: Trash2, warn: ShieldAlert, ban: Ban } as const
const ACTIONS = ['remove', 'warn', 'ban'] as const satisfies ChatModerationAction[]

export function useOutcomeText() {
  const { t } = useTranslation('chat')
  return (outcome: string) => outcome.split(' ').map((word) => t(`outcome.${word as 'dismiss' | ChatModerationAction}`)).join(', ')
}

function ContextRow({ message, reported }: { message: Message; reported: boolean }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const name = useAuthorName(message)
  return (
    <li aria-current={reported || undefined} className={cn('flex gap-3 px-3 py-2', reported && 'border-l-3 border-l-bad bg-bad-soft/60')}>
      <AuthorAvatar message={message} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2"><span className="font-semibold">{name}</span><time dateTime={message.created_at} className="text-xs text-fg-3 tnum">{formatDateTime(message.created_at, language)}</time></p>
        {message.deleted ? <p className="text-fg-3 italic">{t('deleted')}</p> : <Markdown text={message.text} className="line-clamp-6" />}
      </div>
    </li>
  )
}

function Context({ id }: { id: string }) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const { data, error, isPending } = useQuery(caseQuery(id))
  if (isPending) return <Skeleton className="h-32" />
  if (error) return <p role="alert" className="text-bad">{problemText(error)}</p>
  if (data.messages.length === 0) return <p className="text-fg-3">{t('case.gone')}</p>
  return (
    <ul aria-label={t('case.context')} className="divide-y divide-line overflow-hidden rounded-lg border">
      {data.messages.map((message) => <ContextRow key={message.seq} message={message} reported={message.seq === data.case.seq} />)}
    </ul>
  )
}

function DecisionForm({ found }: { found: ChatCase }) {
  const { t } = useTranslation('chat')
  const client = useQueryClient()
  const problemText = useProblemText()
  const [actions, setActions] = useState<ChatModerationAction[]>([])
  const [note, setNote] = useState('')
  const [hours, setHours] = useState(0)
  const [busy, setBusy] = useState(false)
  const possible = ACTIONS.filter((action) => {
    if (action === 'remove') return !found.removed
    return found.author !== null && (action === 'warn' || found.room_kind === 'channel')
  })
  async function send(chosen: ChatModerationAction[]) {
    setBusy(true)
    try {
      await decide(found.id, { actions: chosen, note: note.trim(), until: chosen.includes('ban') ? untilIn(hours) : null })
      notify(t('case.decided'))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    setBusy(false)
    await client.invalidateQueries({ queryKey: ['chat', 'moderation'] })
  }
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void send(actions)
      }}
    >
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-1.5 text-sm font-medium">{t('case.what')}</legend>
        {possible.map((action) => {
          const Icon = ICONS[action]
          const on = actions.includes(action)
          return (
            <label key={action} className={cn('flex h-9 cursor-pointer items-center gap-2 rounded-md border px-3 has-focus-visible:outline-2 has-focus-visible:outline-accent', on ? 'border-accent bg-selected text-accent-text' : 'border-line-strong')}>
              <input type="checkbox" className="size-4 accent-(--accent)" checked={on} onChange={() => setActions(on ? actions.filter((other) => other !== action) : [...actions, action])} />
              <Icon aria-hidden size={15} strokeWidth={1.75} />
              {t(`action.${action}`)}
            </label>
          )
        })}
      </fieldset>
      {actions.includes('ban') && <div className="max-w-56"><UntilField hours={hours} onChange={setHours} /></div>}
      <TextArea label={t('case.note')} hint={actions.includes('warn') ? t('case.note_shown') : t('case.note_kept')} rows={2} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button busy={busy} onClick={() => void send([])}>{t('case.dismiss')}</Button>
        <Button type="submit" tone="danger" busy={busy} disabled={actions.length === 0}>{t('case.act')}</Button>
      </div>
    </form>
  )
}

/** A reported message; opened, with what was said around it and what can be done. */
export function CaseRow({ found, defaultOpen }: { found: ChatCase; defaultOpen: boolean }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const outcome = useOutcomeText()
  const plain = usePlainText()
  const [open, setOpen] = useState(defaultOpen)
  const place = found.room_kind === 'channel' ? `#${found.room_name ?? ''}` : t('case.conversation')
  return (
    <li className="rounded-lg bg-surface shadow-1 dark:bg-raised">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex w-full items-start gap-3 rounded-lg p-4 text-left hover:bg-hover">
        <Flag aria-hidden size={17} strokeWidth={1.75} className={cn('mt-0.5 shrink-0', found.outcome ? 'text-fg-3' : 'text-bad')} />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-semibold">{found.author_name || t('someone')}</span>
            <span className="text-xs text-fg-3">{place} · {formatDateTime(found.said_at, language)}</span>
          </span>
          <span className="line-clamp-2 text-fg-2">{plain(found.text) || t('case.no_text')}</span>
          <span className="mt-1.5 flex flex-wrap gap-1.5">
            <Pill tone={found.outcome ? 'neutral' : 'bad'} dot>{t('case.reports', { count: found.reports.length })}</Pill>
            {found.removed && <Pill>{t('case.removed')}</Pill>}
            {found.outcome && <Pill tone={found.outcome === 'dismiss' ? 'neutral' : 'warn'}>{outcome(found.outcome)}</Pill>}
          </span>
        </span>
        <ChevronRight aria-hidden size={16} className={cn('mt-1 shrink-0 text-fg-3 transition-transform', open && 'rotate-90')} />
      </button>
      {open && (
        <div className="flex flex-col gap-4 border-t p-4">
          <ul aria-label={t('case.reasons')} className="flex flex-col gap-1">
            {found.reports.map(({ by, by_name: name, reason, at }) => (
              <li key={by}><span className="font-medium">{name ?? t('someone')}</span> <span className="text-xs text-fg-3">{formatDateTime(at, language)}</span><br /><span className="whitespace-pre-wrap text-fg-2">{reason}</span></li>
            ))}
          </ul>
          <Context id={found.id} />
          {found.outcome ? (
            <p className="text-fg-2">{t('case.by', { name: found.resolved_name ?? t('someone'), time: formatDateTime(found.resolved_at ?? '', language), outcome: outcome(found.outcome) })}{found.note && <span className="block text-fg-3">{found.note}</span>}</p>
          ) : (
            <DecisionForm found={found} />
          )}
        </div>
      )}
    </li>
  )
}
