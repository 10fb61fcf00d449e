import * as RadixPopover from 'radix-ui/popover'
import type { ReactNode } from 'react'
import { cn } from './cn'

type PopoverProps = {
  trigger: ReactNode
  label: string
  align?: 'start' | 'center' | 'end'
  className?: string
  defaultOpen?: boolean
  open?: boolean
  onOpenChange?: (open: boolean) => void
  children: ReactNode
}

export function Popover({ trigger, label, align = 'end', className, defaultOpen, open, onOpenChange, children }: PopoverProps) {
  return (
    <RadixPopover.Root defaultOpen={defaultOpen} open={open} onOpenChange={onOpenChange}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className={cn('z-50 w-80 max-w-[calc(100vw-16px)] animate-pop rounded-xl bg-raised shadow-2 outline-none', className)}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  )
}
