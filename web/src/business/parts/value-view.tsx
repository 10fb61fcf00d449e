import { Check, ExternalLink } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { Avatar } from '@/ui/avatar'
import { cn } from '@/ui/cn'
import { Pill, type PillTone } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { readRule } from '../model/recurrence'
import { useTitle } from '../model/titles'
import { isMoney, type Field, type Kind } from '../model/types'
import { useLabel, usePeople } from '../model/use-kinds'
import { dayOf, formatDate, formatMoment, formatMoney, formatNumber } from '../model/values'

const MEANT: Record<string, PillTone> = {
  low: 'neutral', medium: 'info', high: 'warn', urgent: 'bad',
  won: 'ok', done: 'ok', accepted: 'ok', converted: 'ok', qualified: 'plum',
  lost: 'bad', declined: 'bad', cancelled: 'bad', disqualified: 'neutral', closed: 'neutral', draft: 'neutral',
  new: 'info', open: 'info', planned: 'info', sent: 'plum',
}
const CYCLE: PillTone[] = ['info', 'plum', 'ok', 'warn', 'accent', 'bad', 'neutral']

/** The same option has the same tone everywhere. */
export const toneOf = (options: readonly { value: string }[], value: string): PillTone =>
  MEANT[value] ?? CYCLE[Math.max(0, options.findIndex((option) => option.value === value)) % CYCLE.length] ?? 'neutral'

export function ChoicePill({ options, value, dot }: { options: readonly { value: string; label: string }[]; value: string; dot?: boolean }) {
  const label = useLabel()
  return (
    <Pill tone={toneOf(options, value)} dot={dot} className="max-w-full">
      <span className="truncate">{label(options.find((option) => option.value === value)?.label ?? value)}</span>
    </Pill>
  )
}

export const StatePill = ({ kind, state }: { kind: Kind; state: string }) => <ChoicePill options={kind.states} value={state} dot />

export function PersonName({ id, iconOnly }: { id: string; iconOnly?: boolean }) {
  const { t } = useTranslation('business')
  const name = usePeople().get(id)?.name ?? t('someone')
  if (iconOnly) {
    return (
      <span title={name} className="inline-flex">
        <Avatar id={id} name={name} size="xs" />
        <span className="sr-only">{name}</span>
      </span>
    )
  }
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1.5">
      <Avatar id={id} name={name} size="xs" />
      <span className="truncate">{name}</span>
    </span>
  )
}

export function LinkName({ to, id, asLink }: { to: string; id: string; asLink?: boolean }) {
  const { t } = useTranslation('business')
  const title = useTitle(to, id)
  if (title === undefined) return <Skeleton className="h-3.5 w-20" />
  if (title === '') return <span className="text-fg-3 italic">{t('link.gone')}</span>
  const look = 'inline-block max-w-full truncate rounded-[5px] bg-press px-1.5 leading-5 font-medium text-fg'
  if (!asLink) return <span className={look}>{title}</span>
  return (
    <Link to="/business/$kind/$recordId" params={{ kind: to, recordId: id }} search={{}} className={cn(look, 'hover:bg-selected hover:text-accent-text')}>
      {title}
    </Link>
  )
}

function Tags({ values, label }: { values: readonly unknown[]; label: (value: string) => string }) {
  return (
    <span className="inline-flex max-w-full min-w-0 gap-1 overflow-hidden">
      {values.map((value) => (
        <span key={String(value)} className="truncate rounded-[5px] bg-press px-1.5 text-xs leading-5 font-medium text-fg-2">
          {label(String(value))}
        </span>
      ))}
    </span>
  )
}

const isLate = (value: string) => value < dayOf(new Date())

type ValueProps = { field: Field; value: unknown; /** Links and addresses can be followed. */ active?: boolean; className?: string }

/** A value as it is read. */
export function ValueView({ field, value, active, className }: ValueProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const label = useLabel()
  if (value === null || value === undefined || value === '') return null
  const text = String(value)
  switch (field.type) {
    case 'money':
      return <span className={cn('truncate tnum', className)}>{isMoney(value) ? formatMoney(value, locale) : ''}</span>
    case 'number':
      return <span className={cn('truncate tnum', className)}>{formatNumber(text, locale)}</span>
    case 'date':
      return <span className={cn('truncate tnum', /^(due|close)_on$/.test(field.name) && isLate(text) && 'text-bad', className)}>{formatDate(text, locale)}</span>
    case 'datetime':
      return <span className={cn('truncate tnum', className)}>{formatMoment(text, locale)}</span>
    case 'boolean':
      return value === true ? <Check size={16} strokeWidth={2.25} aria-label={t('yes')} className="text-ok" /> : <span className="text-fg-3">{t('no')}</span>
    case 'choice':
      return <ChoicePill options={field.options} value={text} />
    case 'choices':
      return <Tags values={Array.isArray(value) ? value : []} label={(one) => label(field.options.find((option) => option.value === one)?.label ?? one)} />
    case 'tags':
      return <Tags values={Array.isArray(value) ? value : []} label={(one) => one} />
    case 'person':
      return <PersonName id={text} />
    case 'link':
      return <LinkName to={field.to} id={text} asLink={active} />
    case 'recurrence':
      return <Recurrence rule={text} className={className} />
    case 'email':
    case 'phone':
    case 'url':
      return active ? <Address type={field.type} text={text} /> : <span className={cn('truncate', className)}>{text.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}</span>
    default:
      return <span className={cn('truncate', className)}>{text}</span>
  }
}

/** How often something comes again, in words where there are some for it. */
function Recurrence({ rule, className }: { rule: string; className?: string }) {
  const { t } = useTranslation('business')
  const { name, rest, times } = readRule(rule)
  const often = name ? t(`recurrence.${name}`) : rest
  return <span className={cn('truncate', className)}>{times === null ? often : t('recurrence.times', { often, count: times })}</span>
}

function Address({ type, text }: { type: 'email' | 'phone' | 'url'; text: string }) {
  const href = type === 'email' ? `mailto:${text}` : type === 'phone' ? `tel:${text.replaceAll(/[^\d+]/g, '')}` : text
  const outside = type === 'url' ? { target: '_blank', rel: 'noreferrer noopener' } : {}
  return (
    <a href={href} {...outside} onClick={(event) => event.stopPropagation()} className="inline-flex max-w-full items-center gap-1 text-accent-text hover:underline">
      <span className="truncate">{text.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}</span>
      {type === 'url' && <ExternalLink aria-hidden size={13} className="shrink-0" />}
    </a>
  )
}
