import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { cn } from '@/ui/cn'
import { fieldOf, firstColumns, hasStates, isMoney, titleOf, type Field, type Kind, type Rec } from '../model/types'
import { formatMoney } from '../model/values'
import { FieldIcon } from '../parts/kind-icon'
import { PersonName, StatePill, ValueView } from '../parts/value-view'
import type { useDrag } from './use-drag'

const MOST_FIELDS = 4

type CardProps = { kind: Kind; record: Rec; field: Field; grip?: ReturnType<ReturnType<typeof useDrag>['grip']>; lifted?: boolean; floating?: boolean }

/** One record on a board: its name, what lists show of it, and whose it is. */
export function BoardCard({ kind, record, field, grip, lifted, floating }: CardProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const shown = firstColumns(kind)
    .filter((name) => name !== kind.title && name !== field.name && record.fields[name] !== undefined)
    .flatMap((name) => fieldOf(kind, name) ?? [])
  const money = shown.find(({ type }) => type === 'money')
  const amount = money ? record.fields[money.name] : undefined
  const person = shown.find(({ type }) => type === 'person')
  const lines = shown.filter((one) => one !== money && one !== person).slice(0, MOST_FIELDS)
  const who = (person && (record.fields[person.name] as string | undefined)) ?? record.owner
  return (
    <Link
      to="/business/$kind/$recordId"
      params={{ kind: kind.name, recordId: record.id }}
      search={{}}
      draggable={false}
      data-card={floating ? undefined : record.id}
      aria-roledescription={floating ? undefined : t('board.card')}
      aria-describedby={floating ? undefined : 'board-keys'}
      {...grip}
      className={cn(
        'block cursor-grab rounded-lg bg-surface p-3 shadow-1 transition-shadow select-none [-webkit-touch-callout:none] hover:shadow-2 dark:bg-raised',
        floating && 'cursor-grabbing shadow-3',
        lifted && 'shadow-3 ring-2 ring-accent',
      )}
    >
      <span className="flex items-start gap-2">
        <span className="min-w-0 flex-1 text-base leading-snug font-medium text-pretty">{titleOf(kind, record) || t('untitled')}</span>
        {hasStates(kind) && record.state !== kind.states[0]?.value && <StatePill kind={kind} state={record.state} />}
      </span>
      {lines.some(({ type }) => type === 'link' || type === 'text') && (
        <span className="mt-1.5 flex flex-col gap-1">
          {lines
            .filter(({ type }) => type === 'link' || type === 'text')
            .map((one) => (
              <span key={one.name} className="flex min-w-0 items-center gap-1.5 text-fg-2">
                <FieldIcon type={one.type} size={13} className="shrink-0 text-fg-3" />
                <ValueView field={one} value={record.fields[one.name]} />
              </span>
            ))}
        </span>
      )}
      <span className="mt-2.5 flex items-center gap-2">
        {isMoney(amount) && <span className="font-semibold tnum">{formatMoney(amount, locale)}</span>}
        {lines
          .filter(({ type }) => type !== 'link' && type !== 'text')
          .map((one) => (
            <span key={one.name} className="flex min-w-0 items-center text-xs text-fg-2">
              <ValueView field={one} value={record.fields[one.name]} />
            </span>
          ))}
        <span className="flex-1" />
        {who && <PersonName id={who} iconOnly />}
      </span>
    </Link>
  )
}
