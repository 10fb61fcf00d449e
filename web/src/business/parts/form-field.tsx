import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import type { Condition, Field } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { FieldControl } from './field-control'

type FormFieldProps = { field: Field; value: unknown; onChange: (value: unknown) => void; fault?: string; narrowed?: readonly Condition[]; autoFocus?: boolean }

/** A field of a dialog: label, editor, and what is wrong with it. */
export function FormField({ field, value, onChange, fault, narrowed, autoFocus }: FormFieldProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const id = useId()
  const help = field.help ? (field.custom ? field.help : label(field.help)) : ''
  const note = fault ?? help
  const isText = !['choice', 'choices', 'link', 'person', 'tags', 'boolean', 'recurrence'].includes(field.type)
  return (
    <div className={cn('flex flex-col gap-1.5', (field.type === 'markdown') && 'sm:col-span-2')} data-field={field.name}>
      <label htmlFor={id} className="text-sm font-medium">
        {label(field.label)}
        {field.required && <span aria-label={t('required')} className="text-bad"> *</span>}
      </label>
      <FieldControl id={id} field={field} value={value} onCommit={onChange} narrowed={narrowed} invalid={fault !== undefined} describedBy={note ? `${id}-note` : undefined} autoOpen={isText && autoFocus} />
      {note && (
        <p id={`${id}-note`} role={fault ? 'alert' : undefined} className={cn('text-xs', fault ? 'text-bad' : 'text-fg-3')}>
          {note}
        </p>
      )}
    </div>
  )
}
