import { Command } from 'cmdk'
import { Check, Plus } from 'lucide-react'
import * as RadixPopover from 'radix-ui/popover'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { Spinner } from '@/ui/spinner'

export type Option = { value: string; label: string; view?: ReactNode }

type ListProps = {
  label: string
  options: readonly Option[]
  chosen: readonly string[]
  onChoose: (value: string) => void
  /** The list finds by itself what fits when nobody else searches. */
  text: string
  onText: (text: string) => void
  searched?: boolean
  busy?: boolean
  /** Lets the text itself become a value. */
  onNew?: (text: string) => void
  clearLabel?: string
  onClear?: () => void
}

const ITEM = 'flex min-h-8 items-center gap-2 rounded-md px-2 py-1 text-sm select-none data-[selected=true]:bg-hover'

/** Options with a field to find one: choices, people, linked records. */
export function OptionList({ label, options, chosen, onChoose, text, onText, searched, busy, onNew, clearLabel, onClear }: ListProps) {
  const { t } = useTranslation('business')
  const needle = text.trim().toLowerCase()
  const shown = searched ? options : options.filter((option) => option.label.toLowerCase().includes(needle))
  const isNew = onNew && needle !== '' && !options.some((option) => option.label.toLowerCase() === needle) && !chosen.includes(text.trim())
  return (
    <Command label={label} shouldFilter={false} loop>
      <div className="flex items-center gap-2 border-b px-3">
        <Command.Input autoFocus value={text} onValueChange={onText} placeholder={t('picker.find')} aria-label={label} className="h-9 min-w-0 flex-1 bg-transparent text-sm outline-none" />
        {busy && <Spinner className="size-3.5 text-fg-3" />}
      </div>
      <Command.List className="max-h-64 scroll-py-1 overflow-y-auto p-1">
        {!busy && shown.length === 0 && !isNew && <div className="px-2 py-5 text-center text-fg-3">{t('picker.nothing')}</div>}
        {shown.map((option) => (
          <Command.Item key={option.value} value={option.value} onSelect={() => onChoose(option.value)} className={ITEM}>
            <span className="min-w-0 flex-1 truncate">{option.view ?? option.label}</span>
            {chosen.includes(option.value) && <Check aria-label={t('picker.chosen')} size={15} strokeWidth={2.25} className="shrink-0 text-accent-text" />}
          </Command.Item>
        ))}
        {isNew && (
          <Command.Item value={`new ${needle}`} onSelect={() => onNew(text.trim())} className={ITEM}>
            <Plus aria-hidden size={15} className="text-fg-3" />
            {t('picker.new', { text: text.trim() })}
          </Command.Item>
        )}
        {onClear && needle === '' && chosen.length > 0 && (
          <Command.Item value="clear it" onSelect={onClear} className={cn(ITEM, 'text-fg-2')}>
            {clearLabel ?? t('picker.clear')}
          </Command.Item>
        )}
      </Command.List>
    </Command>
  )
}

type FloatingProps = { label: string; open: boolean; onOpenChange: (open: boolean) => void; anchor: ReactNode; className?: string; children: ReactNode }

/** Something that floats below what it belongs to. */
export function Floating({ label, open, onOpenChange, anchor, className, children }: FloatingProps) {
  return (
    <RadixPopover.Root open={open} onOpenChange={onOpenChange}>
      <RadixPopover.Anchor asChild>{anchor}</RadixPopover.Anchor>
      <RadixPopover.Portal>
        <RadixPopover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          onKeyDown={(event) => event.stopPropagation()}
          className={cn('z-50 w-72 max-w-[calc(100vw-16px)] animate-pop overflow-hidden rounded-lg bg-raised shadow-2 outline-none', className)}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  )
}

export function useText() {
  const [text, setText] = useState('')
  return { text, onText: setText }
}
