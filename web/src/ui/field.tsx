import { useId, type ComponentProps, type ReactNode } from 'react'
import { cn } from './cn'

const CONTROL =
  'h-9 w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm text-fg outline-none transition-colors focus:border-accent focus:ring-2 focus:ring-accent/25 disabled:opacity-60 aria-[invalid=true]:border-bad'

type FieldProps = { label: string; hint?: ReactNode; error?: string | null }

type ControlIds = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }

function Labelled({ label, hint, error, children }: FieldProps & { children: (ids: ControlIds) => ReactNode }) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined })}
      {note && (
        <p id={`${id}-note`} className={cn('text-xs', error ? 'text-bad' : 'text-fg-3')}>
          {note}
        </p>
      )}
    </div>
  )
}

export function TextField({ label, hint, error, className, ...input }: FieldProps & ComponentProps<'input'>) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(ids) => <input {...ids} className={cn(CONTROL, className)} {...input} />}
    </Labelled>
  )
}

export function SelectField({ label, hint, error, className, children, ...select }: FieldProps & ComponentProps<'select'>) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(ids) => (
        <select {...ids} className={cn(CONTROL, className)} {...select}>
          {children}
        </select>
      )}
    </Labelled>
  )
}

export function TextArea({ label, hint, error, className, ...area }: FieldProps & ComponentProps<'textarea'>) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(ids) => <textarea {...ids} className={cn(CONTROL, 'h-auto resize-y py-2', className)} {...area} />}
    </Labelled>
  )
}

/** A select without a visible label, for rows and tool bars. */
export function InlineSelect({ className, ...select }: ComponentProps<'select'> & { 'aria-label': string }) {
  return (
    <select
      className={cn(
        'h-7 [field-sizing:content] rounded-md border-0 bg-transparent px-1.5 text-sm text-fg-2 outline-offset-0 hover:bg-hover disabled:opacity-60 [&>option]:bg-raised [&>option]:text-fg',
        className,
      )}
      {...select}
    />
  )
}

export const controlClass = CONTROL
