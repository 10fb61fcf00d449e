import { Lock } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { cn } from '@/ui/cn'
import { tip } from '@/ui/tooltip'
import { faultsOf, useChanges } from '../model/changes'
import type { Presence } from '../model/record-live'
import { isReadOnly, type Field, type Kind, type Rec } from '../model/types'
import { useKinds, useLabel } from '../model/use-kinds'
import { FieldControl } from '../parts/field-control'
import { FieldIcon } from '../parts/kind-icon'
import { narrowing } from '../parts/option-pickers'
import { PersonName, ValueView } from '../parts/value-view'
import { FieldPresence } from './presence'

const OWNER: Field = { name: 'owner', label: 'Owner', type: 'person', required: false, indexed: true, custom: false }

type PanelProps = { kind: Kind; record: Rec; editable: boolean; others: readonly Presence[]; onFocus: (field: string | null) => void }

/** All fields of a record; each is saved when it is left. */
export function FieldsPanel(props: PanelProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const { kind, record } = props
  const title = kind.fields.find(({ name }) => name === kind.title)
  const long = kind.fields.filter((field) => field.type === 'markdown')
  const rest = kind.fields.filter((field) => field !== title && field.type !== 'markdown')
  return (
    <div className="mx-auto max-w-3xl px-4 py-5 sm:px-8 sm:py-7">
      {title && <TitleRow field={title} {...props} />}
      <dl className="mt-4 flex flex-col gap-0.5">
        {rest.map((field) => (
          <FieldRow key={field.name} field={field} {...props} />
        ))}
        <FieldRow field={{ ...OWNER, label: t('owner') }} {...props} />
      </dl>
      {long.map((field) => (
        <LongRow key={field.name} field={field} {...props} />
      ))}
      <p className="mt-8 flex flex-wrap items-center gap-x-1.5 gap-y-1 border-t pt-4 text-xs text-fg-3">
        {record.created_by && <PersonName id={record.created_by} />}
        <span>{t('record.created', { time: formatDateTime(record.created_at, locale) })}</span>
        <span aria-hidden>·</span>
        <span>{t('record.updated', { time: formatDateTime(record.updated_at, locale) })}</span>
      </p>
    </div>
  )
}

type RowProps = PanelProps & { field: Field }

const valueOf = (record: Rec, field: Field) => (field.name === 'owner' ? record.owner : record.fields[field.name])

/** Editing one field: what the person has seen when they began goes with the change. */
function useFieldEdit({ kind, record, field, editable, onFocus }: RowProps) {
  const problemText = useProblemText()
  const { change } = useChanges(kind)
  const [base, setBase] = useState<number | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [shown, setShown] = useState<{ value: unknown } | null>(null)
  const row = useRef<HTMLDivElement>(null)
  const mayChange = editable && !isReadOnly(kind, field.name)
  function begin() {
    if (!mayChange || base !== null) return
    setBase(record.version)
    setFault(null)
    onFocus(field.name)
  }
  function end(by: 'enter' | 'escape' | 'away') {
    setBase(null)
    onFocus(null)
    if (by !== 'away') requestAnimationFrame(() => row.current?.querySelector<HTMLElement>('[data-edit]')?.focus())
  }
  async function commit(value: unknown) {
    setShown({ value })
    try {
      await change(record, field.name === 'owner' ? { owner: value as string | null } : { fields: { [field.name]: value } }, { base: base ?? record.version })
      setFault(null)
    } catch (error) {
      const faults = faultsOf(error)
      setFault(faults[field.name] ?? Object.values(faults)[0] ?? problemText(error))
    }
    setShown(null)
  }
  const value = shown ? shown.value : valueOf(record, field)
  return { row, value, editing: base !== null, fault, mayChange, begin, end, commit }
}

type BoxProps = { name: string; mayChange: boolean; onBegin: () => void; className: string; children: ReactNode }

/** A value that becomes an editor: all of it is the button, but links in it stay links. */
function ValueBox({ name, mayChange, onBegin, className, children }: BoxProps) {
  const { t } = useTranslation('business')
  return (
    <div data-value className={cn('relative rounded-md', mayChange && 'cursor-text hover:bg-hover', className)}>
      {mayChange && <button type="button" data-edit aria-label={t('field.edit', { field: name })} onClick={onBegin} className="absolute inset-0 cursor-text rounded-md outline-offset-[-2px]" />}
      <div className="pointer-events-none relative flex min-w-0 flex-1 items-center gap-2 [&_a]:pointer-events-auto">{children}</div>
    </div>
  )
}

function FieldFault({ text }: { text: string | null }) {
  return text === null ? null : (
    <p role="alert" className="mt-1 px-2 text-xs text-bad">
      {text}
    </p>
  )
}

function FieldRow(props: RowProps) {
  const { kind, record, field, others } = props
  const { t } = useTranslation('business')
  const label = useLabel()
  const kinds = useKinds()
  const { row, value, editing, fault, mayChange, begin, end, commit } = useFieldEdit(props)
  const isEmpty = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  const name = label(field.label)
  return (
    <div ref={row} data-field={field.name} className="grid grid-cols-[8.5rem_1fr] items-start gap-2 sm:grid-cols-[11rem_1fr]">
      <dt className="flex h-9 min-w-0 items-center gap-2 text-fg-3" {...(field.help ? tip(field.custom ? field.help : label(field.help)) : {})}>
        <FieldIcon type={field.type} className="shrink-0" />
        <span className="truncate">{name}</span>
        {field.required && <span aria-label={t('required')} className="-ml-1 text-bad">*</span>}
      </dt>
      <dd className="relative min-w-0">
        {editing ? (
          <div className="h-9">
            <FieldControl field={field} value={value} autoOpen look="cell" narrowed={narrowing(kinds, kind, field, record.fields)} onCommit={(next) => void commit(next)} onDone={end} />
          </div>
        ) : (
          <ValueBox name={name} mayChange={mayChange} onBegin={begin} className="flex min-h-9 items-center px-2">
            {isEmpty ? <span className="text-fg-3">{mayChange ? t('field.add') : '–'}</span> : <ValueView field={field} value={value} active />}
            {!mayChange && props.editable && <Lock aria-label={t('field.read_only')} size={13} className="text-fg-3" />}
          </ValueBox>
        )}
        <FieldPresence others={others} field={field.name} />
        <FieldFault text={fault} />
      </dd>
    </div>
  )
}

function TitleRow(props: RowProps) {
  const { field, others } = props
  const { t } = useTranslation('business')
  const label = useLabel()
  const { row, value, editing, fault, mayChange, begin, end, commit } = useFieldEdit(props)
  return (
    <div ref={row} data-field={field.name} className="relative -mx-2">
      {editing ? (
        <div className="h-11 [&_input]:text-xl [&_input]:font-semibold">
          <FieldControl field={field} value={value} autoOpen look="cell" onCommit={(next) => void commit(next)} onDone={end} />
        </div>
      ) : (
        <ValueBox name={label(field.label)} mayChange={mayChange} onBegin={begin} className="min-h-11 px-2 py-2 text-xl font-semibold text-balance">
          {String(value ?? '') || t('untitled')}
        </ValueBox>
      )}
      <FieldPresence others={others} field={field.name} />
      <FieldFault text={fault} />
    </div>
  )
}

function LongRow(props: RowProps) {
  const { field, others } = props
  const { t } = useTranslation('business')
  const label = useLabel()
  const { row, value, editing, fault, mayChange, begin, end, commit } = useFieldEdit(props)
  const name = label(field.label)
  return (
    <section ref={row} data-field={field.name} aria-label={name} className="mt-6">
      <h2 className="mb-1.5 flex items-center gap-2 text-fg-3">
        <FieldIcon type={field.type} />
        {name}
      </h2>
      <div className="relative">
        {editing ? (
          <FieldControl field={field} value={value} autoOpen look="cell" onCommit={(next) => void commit(next)} onDone={end} />
        ) : (
          <ValueBox name={name} mayChange={mayChange} onBegin={begin} className="min-h-16 border p-2.5 text-base leading-relaxed whitespace-pre-wrap">
            {typeof value === 'string' && value ? value : <span className="text-fg-3">{mayChange ? t('field.add') : '–'}</span>}
          </ValueBox>
        )}
        <FieldPresence others={others} field={field.name} />
      </div>
      <FieldFault text={fault} />
    </section>
  )
}
