import { Check, type LucideIcon } from 'lucide-react'
import * as RadixMenu from 'radix-ui/dropdown-menu'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { Keys } from './kbd'

type MenuProps = {
  trigger: ReactNode
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  className?: string
  /** Leaves the focus where an item put it, for items that open a field of their own. */
  keepFocus?: boolean
  defaultOpen?: boolean
  children: ReactNode
}

export function Menu({ trigger, align = 'end', side, className, keepFocus, defaultOpen, children }: MenuProps) {
  return (
    <RadixMenu.Root modal={false} defaultOpen={defaultOpen}>
      <RadixMenu.Trigger asChild>{trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={keepFocus ? (event) => event.preventDefault() : undefined}
          className={cn('z-50 min-w-48 animate-pop rounded-lg bg-raised p-1 text-sm shadow-2 outline-none', className)}
        >
          {children}
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  )
}

const ITEM =
  'flex h-8 items-center gap-2.5 rounded-md px-2 outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 select-none'

type ItemProps = {
  icon?: LucideIcon
  keys?: string[]
  danger?: boolean
  disabled?: boolean
  onSelect: () => void
  children: ReactNode
}

export function MenuItem({ icon: Icon, keys, danger, disabled, onSelect, children }: ItemProps) {
  return (
    <RadixMenu.Item disabled={disabled} onSelect={onSelect} className={cn(ITEM, danger && 'text-bad')}>
      {Icon && <Icon size={16} strokeWidth={1.75} className={danger ? '' : 'text-fg-3'} />}
      <span className="flex-1">{children}</span>
      {keys && <Keys keys={keys} />}
    </RadixMenu.Item>
  )
}

type RadioProps<T extends string> = {
  label: string
  value: T
  options: readonly { value: T; label: string; icon?: LucideIcon }[]
  onChange: (value: T) => void
}

export function MenuRadio<T extends string>({ label, value, options, onChange }: RadioProps<T>) {
  return (
    <RadixMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
      <MenuLabel>{label}</MenuLabel>
      {options.map(({ value: option, label: text, icon: Icon }) => (
        <RadixMenu.RadioItem key={option} value={option} className={ITEM}>
          {Icon && <Icon size={16} strokeWidth={1.75} className="text-fg-3" />}
          <span className="flex-1">{text}</span>
          <RadixMenu.ItemIndicator>
            <Check size={15} strokeWidth={2} className="text-accent-text" />
          </RadixMenu.ItemIndicator>
        </RadixMenu.RadioItem>
      ))}
    </RadixMenu.RadioGroup>
  )
}

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <RadixMenu.Label className="px-2 pt-1.5 pb-1 text-xs font-medium text-fg-3">{children}</RadixMenu.Label>
)

export const MenuSeparator = () => <RadixMenu.Separator className="-mx-1 my-1 border-t" />
