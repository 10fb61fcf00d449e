import { ArrowDown, ArrowUp, Columns3Cog } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { EXTRA_COLUMNS } from '../model/view-settings'
import { fieldOf, hasStates, type Field, type Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { FieldIcon } from '../parts/kind-icon'
import { Floating, OptionList, useText } from '../parts/picker'

/** A column of the table: a field, or what every record has. */
export type Column = { name: string; label: string; type: Field['type']; field: Field | null; width: number; sortable: boolean; end: boolean }

const WIDTHS: Partial<Record<Field['type'], number>> = { number: 110, money: 130, date: 120, datetime: 170, boolean: 90, choice: 130, person: 160, email: 210, phone: 150, link: 180, tags: 180 }
const TITLE_WIDTH = 280

export function useColumns(kind: Kind, names: readonly string[]): Column[] {
  const { t } = useTranslation('business')
  const label = useLabel()
  const extra: Record<string, Pick<Column, 'label' | 'type'>> = {
    state: { label: t('state'), type: 'choice' }, owner: { label: t('owner'), type: 'person' },
    created_at: { label: t('created_at'), type: 'datetime' }, updated_at: { label: t('updated_at'), type: 'datetime' },
  }
  return names.flatMap((name): Column[] => {
    const field = fieldOf(kind, name)
    if (field) {
      const width = name === kind.title ? TITLE_WIDTH : (WIDTHS[field.type] ?? 180)
      return [{ name, label: label(field.label), type: field.type, field, width, sortable: field.indexed, end: field.type === 'money' || field.type === 'number' }]
    }
    const about = extra[name]
    return about ? [{ name, ...about, field: null, width: WIDTHS[about.type] ?? 150, sortable: true, end: false }] : []
  })
}

/** Which columns the list shows. */
export function ColumnMenu({ kind, shown, onChange }: { kind: Kind; shown: readonly string[]; onChange: (columns: readonly string[]) => void }) {
  const { t } = useTranslation('business')
  const [open, setOpen] = useState(false)
  const search = useText()
  const names = [...kind.fields.map(({ name }) => name).filter((name) => name !== kind.title), ...EXTRA_COLUMNS.filter((name) => name !== 'state' || hasStates(kind))]
  const columns = useColumns(kind, names)
  const toggle = (name: string) => {
    onChange(shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name])
  }
  const options = columns.map(({ name, label, type }) => ({
    value: name,
    label,
    view: (
      <span className="flex items-center gap-2">
        <FieldIcon type={type} className="shrink-0 text-fg-3" />
        <span className="truncate">{label}</span>
      </span>
    ),
  }))
  const anchor = (
    <Button size="sm" tone="quiet" square aria-label={t('columns')} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)}>
      <Columns3Cog size={15} strokeWidth={1.75} />
    </Button>
  )
  return (
    <Floating label={t('columns')} open={open} onOpenChange={setOpen} anchor={anchor} className="w-60">
      <OptionList label={t('columns')} options={options} chosen={shown} onChoose={toggle} {...search} />
    </Floating>
  )
}

type HeadProps = { column: Column; sort: readonly string[]; first: boolean; onSort: ((name: string) => void) | null }

export function ColumnHead({ column, sort, first, onSort }: HeadProps) {
  const { t } = useTranslation('business')
  const [by = ''] = sort
  const direction = by === column.name ? 'ascending' : by === `-${column.name}` ? 'descending' : undefined
  const content = (
    <>
      <FieldIcon type={column.type} size={13} className="shrink-0" />
      <span className="truncate">{column.label}</span>
      {direction === 'ascending' && <ArrowUp aria-hidden size={13} className="shrink-0" />}
      {direction === 'descending' && <ArrowDown aria-hidden size={13} className="shrink-0" />}
    </>
  )
  const look = 'flex h-full w-full min-w-0 items-center gap-1.5 px-2.5'
  return (
    <div role="columnheader" aria-sort={direction} className={cn('h-full border-r text-xs font-medium text-fg-3', first && 'sticky left-10 z-10 bg-surface')}>
      {column.sortable && onSort ? (
        <button type="button" aria-label={t('sort_by', { column: column.label })} onClick={() => onSort(column.name)} className={cn(look, 'outline-offset-[-2px] hover:bg-hover hover:text-fg', direction && 'text-accent-text')}>
          {content}
        </button>
      ) : (
        <span className={look}>{content}</span>
      )}
    </div>
  )
}
