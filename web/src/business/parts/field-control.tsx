import { ChevronDown } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { cn } from '@/ui/cn'
import { isMoney, type Condition, type Field, type Money } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { InputFault, amountText, inputText, parseAmount, parseInput, sameValue } from '../model/values'
import { ChoiceOptions, LinkOptions, PersonOptions, TagOptions } from './option-pickers'
import { Floating } from './picker'
import { ValueView } from './value-view'

const RecurrenceControl = lazy(() => import('./recurrence-control'))

export type ControlProps = {
  field: Field
  value: unknown
  /** Called with what is to be kept; null empties the field. */
  onCommit: (value: unknown) => void
  /** For editors that come and go: the person is finished, with or without a change. */
  onDone?: (by: 'enter' | 'escape' | 'away') => void
  autoOpen?: boolean
  look?: 'form' | 'cell'
  narrowed?: readonly Condition[]
  id?: string
  invalid?: boolean
  describedBy?: string
}

const LOOKS = {
  form: 'h-9 w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm outline-none focus-within:border-accent focus-within:ring-2 focus-within:ring-accent/25 focus:border-accent focus:ring-2 focus:ring-accent/25 aria-[invalid=true]:border-bad',
  cell: 'h-full w-full min-w-0 rounded-[5px] bg-surface px-2 text-sm outline-none ring-2 ring-accent aria-[invalid=true]:ring-bad dark:bg-raised',
}

const INPUTS: Partial<Record<Field['type'], { type: string; inputMode?: 'decimal' | 'tel' | 'email' | 'url' }>> = {
  number: { type: 'text', inputMode: 'decimal' }, date: { type: 'date' }, datetime: { type: 'datetime-local' },
  email: { type: 'text', inputMode: 'email' }, phone: { type: 'tel', inputMode: 'tel' }, url: { type: 'text', inputMode: 'url' },
}

/** The editor of one field, of whatever type. */
export function FieldControl(props: ControlProps) {
  switch (props.field.type) {
    case 'choice':
    case 'choices':
    case 'link':
    case 'person':
    case 'tags':
      return <PickControl {...props} />
    case 'boolean':
      return <BooleanControl {...props} />
    case 'money':
      return <MoneyControl {...props} />
    case 'markdown':
      return <LongControl {...props} />
    case 'recurrence':
      return (
        <Suspense>
          <RecurrenceControl {...props} className={LOOKS[props.look ?? 'form']} />
        </Suspense>
      )
    default:
      return <LineControl {...props} />
  }
}

/** Enter keeps, Escape does not, and so does whatever takes the focus away keep. */
function useTextKeys(commit: () => boolean, { onDone }: Pick<ControlProps, 'onDone'>) {
  const done = useRef(false)
  function finish(by: 'enter' | 'escape' | 'away') {
    if (done.current) return
    if (by !== 'escape' && !commit()) return
    done.current = onDone !== undefined
    onDone?.(by)
  }
  function onKeyDown(event: KeyboardEvent<HTMLElement>, long = false) {
    if (event.nativeEvent.isComposing) return
    const keep = event.key === 'Enter' && (!long || event.ctrlKey || event.metaKey)
    if (keep && onDone) event.preventDefault()
    if (event.key === 'Escape' && onDone) event.preventDefault()
    if (onDone) event.stopPropagation()
    if (keep) finish('enter')
    else if (event.key === 'Escape' && onDone) finish('escape')
  }
  return { onKeyDown, away: () => finish('away') }
}

function useFaultText() {
  const { t } = useTranslation('business')
  return (error: unknown) => (error instanceof InputFault ? t(`fault.${error.code}`) : t('fault.number'))
}

const Fault = ({ children }: { children: ReactNode }) => (
  <span role="alert" className="absolute top-full left-0 z-10 mt-1 rounded-md bg-bad-soft px-2 py-1 text-xs text-bad shadow-1">{children}</span>
)

/** The text of an editor; it follows the value while nobody writes in it. One that was opened to write keeps what it was opened with. */
function useEditedText(initial: string, opened: boolean | undefined) {
  const [text, setText] = useState(initial)
  const [touched, setTouched] = useState(opened ?? false)
  useEffect(() => {
    if (!touched) setText(initial)
  }, [initial, touched])
  return { text, write: (next: string) => (setTouched(true), setText(next)), rest: () => setTouched(false) }
}

function LineControl({ field, value, onCommit, onDone, autoOpen, look = 'form', id, invalid, describedBy }: ControlProps) {
  const locale = useLocale()
  const label = useLabel()
  const faultText = useFaultText()
  const { text, write, rest } = useEditedText(inputText(field, value, locale), autoOpen)
  const [fault, setFault] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (autoOpen) input.current?.focus()
    if (autoOpen && input.current?.type === 'text') input.current.select()
  }, [autoOpen])
  function commit() {
    try {
      const next = parseInput(field, text, locale)
      if (!sameValue(next, value)) onCommit(next)
      rest()
      setFault('')
      return true
    } catch (error) {
      setFault(faultText(error))
      return false
    }
  }
  const { onKeyDown, away } = useTextKeys(commit, { onDone })
  return (
    <span className="relative flex h-full w-full">
      <input
        ref={input}
        id={id}
        {...(INPUTS[field.type] ?? { type: 'text' })}
        aria-label={id ? undefined : label(field.label)}
        aria-invalid={invalid || fault !== '' || undefined}
        aria-describedby={describedBy}
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => onKeyDown(event)}
        onBlur={away}
        className={cn(LOOKS[look], 'dark:[color-scheme:dark]')}
      />
      {fault && <Fault>{fault}</Fault>}
    </span>
  )
}

function LongControl({ field, value, onCommit, onDone, autoOpen, look = 'form', id, describedBy }: ControlProps) {
  const label = useLabel()
  const { text, write, rest } = useEditedText(typeof value === 'string' ? value : '', autoOpen)
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (autoOpen) area.current?.focus()
  }, [autoOpen])
  function commit() {
    const next = text.trim() === '' ? null : text.trimEnd()
    if (!sameValue(next, value)) onCommit(next)
    rest()
    return true
  }
  const { onKeyDown, away } = useTextKeys(commit, { onDone })
  return (
    <textarea
      ref={area}
      id={id}
      rows={look === 'cell' ? 4 : 3}
      aria-label={id ? undefined : label(field.label)}
      aria-describedby={describedBy}
      value={text}
      onChange={(event) => write(event.target.value)}
      onKeyDown={(event) => onKeyDown(event, true)}
      onBlur={away}
      className={cn(LOOKS[look], 'h-auto min-h-20 resize-none py-1.5 [field-sizing:content]')}
    />
  )
}

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CAD', 'AUD', 'BRL', 'INR', 'CNY']

function MoneyControl({ field, value, onCommit, onDone, autoOpen, look = 'form', id, invalid, describedBy }: ControlProps) {
  const { t } = useTranslation('business')
  const locale = useLocale()
  const label = useLabel()
  const faultText = useFaultText()
  const { tenant } = useSession()
  const money = isMoney(value) ? value : null
  const { text, write, rest } = useEditedText(money ? amountText(money, locale) : '', autoOpen)
  const [currency, setCurrency] = useState(money?.currency ?? tenant.currency)
  const [fault, setFault] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (autoOpen) input.current?.select()
  }, [autoOpen])
  function commit() {
    const minor = text.trim() === '' ? null : parseAmount(text, currency, locale)
    if (text.trim() !== '' && minor === null) {
      setFault(faultText(new InputFault('amount')))
      return false
    }
    const next: Money | null = minor === null ? null : { minor, currency }
    if (!sameValue(next, value)) onCommit(next)
    rest()
    setFault('')
    return true
  }
  const { onKeyDown, away } = useTextKeys(commit, { onDone })
  const currencies = CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES]
  return (
    <span
      aria-invalid={invalid || fault !== '' || undefined}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && away()}
      onKeyDown={(event) => onKeyDown(event)}
      className={cn(LOOKS[look], 'relative flex items-center pr-0.5')}
    >
      <input
        ref={input}
        id={id}
        inputMode="decimal"
        aria-label={id ? undefined : label(field.label)}
        aria-describedby={describedBy}
        value={text}
        onChange={(event) => write(event.target.value)}
        className="h-full min-w-0 flex-1 bg-transparent outline-none tnum"
      />
      <select
        aria-label={t('currency')}
        value={currency}
        onChange={(event) => setCurrency(event.target.value)}
        className="h-7 rounded-sm bg-transparent px-1 text-xs text-fg-2 outline-offset-0 [&>option]:bg-raised"
      >
        {currencies.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </select>
      {fault && <Fault>{fault}</Fault>}
    </span>
  )
}

function BooleanControl({ field, value, onCommit, onDone, autoOpen, look, id }: ControlProps) {
  const label = useLabel()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (autoOpen) input.current?.focus()
  }, [autoOpen])
  return (
    <span className={cn('flex h-full w-full items-center px-2', look === 'cell' && 'rounded-[5px] ring-2 ring-accent')}>
      <input
        ref={input}
        id={id}
        type="checkbox"
        aria-label={id ? undefined : label(field.label)}
        checked={value === true}
        onChange={(event) => onCommit(event.target.checked)}
        onBlur={() => onDone?.('away')}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return
          event.preventDefault()
          event.stopPropagation()
          onDone?.(event.key === 'Enter' ? 'enter' : 'escape')
        }}
        className="size-4 accent-(--accent)"
      />
    </span>
  )
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : typeof value === 'string' && value ? [value] : [])

/** Fields whose value is chosen, not typed. */
function PickControl({ field, value, onCommit, onDone, autoOpen, look = 'form', narrowed, id, invalid, describedBy }: ControlProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const many = field.type === 'choices' || field.type === 'tags'
  const [open, setOpen] = useState(autoOpen ?? false)
  const [chosen, setChosen] = useState<string[]>(listOf(value))
  const shown = many && open ? chosen : listOf(value)
  function close(by: 'enter' | 'escape' | 'away') {
    setOpen(false)
    if (many && !sameValue(chosen, value)) onCommit(chosen.length > 0 ? chosen : null)
    onDone?.(by)
  }
  function choose(one: string) {
    if (many) {
      setChosen((known) => (known.includes(one) ? known.filter((other) => other !== one) : [...known, one]))
      return
    }
    setOpen(false)
    if (one !== value) onCommit(one)
    onDone?.('enter')
  }
  function clear() {
    setOpen(false)
    onCommit(null)
    onDone?.('enter')
  }
  const common = { label: label(field.label), chosen: shown, onChoose: choose, onClear: field.required || many ? undefined : clear }
  const anchor = (
    <button
      type="button"
      id={id}
      aria-haspopup="dialog"
      aria-expanded={open}
      aria-label={id ? undefined : label(field.label)}
      data-invalid={invalid || undefined}
      aria-describedby={describedBy}
      onClick={() => {
        setChosen(listOf(value))
        setOpen(true)
      }}
      className={cn(LOOKS[look], 'flex items-center gap-2 text-left', invalid && 'border-bad')}
    >
      <span className="flex min-w-0 flex-1 items-center">
        {shown.length > 0 ? <ValueView field={field} value={many ? shown : value} /> : <span className="text-fg-3">{look === 'form' ? t('picker.choose') : ''}</span>}
      </span>
      <ChevronDown aria-hidden size={14} className="shrink-0 text-fg-3" />
    </button>
  )
  return (
    <Floating label={label(field.label)} open={open} onOpenChange={(next) => !next && close('escape')} anchor={anchor}>
      {field.type === 'person' && <PersonOptions {...common} />}
      {(field.type === 'choice' || field.type === 'choices') && <ChoiceOptions options={field.options} {...common} />}
      {field.type === 'tags' && <TagOptions {...common} />}
      {field.type === 'link' && <LinkOptions to={field.to} narrowed={narrowed} {...common} />}
    </Floating>
  )
}
