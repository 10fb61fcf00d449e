import * as RadixPopover from 'radix-ui/popover'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { IconButton } from '@/ui/button'
import { Spinner } from '@/ui/spinner'

const EmojiPicker = lazy(() => import('./emoji-picker'))

type EmojiButtonProps = {
  label: string
  keys?: string[]
  size?: 'sm' | 'md'
  className?: string
  onPick: (emoji: string) => void
  onOpenChange?: (open: boolean) => void
  /** Whether the picker stands open from the start, for a key that asks for it. */
  defaultOpen?: boolean
  children: ReactNode
}

export function EmojiButton({ label, keys, size = 'md', className, onPick, onOpenChange, defaultOpen = false, children }: EmojiButtonProps) {
  const [open, setOpen] = useState(defaultOpen)
  function change(next: boolean) {
    setOpen(next)
    onOpenChange?.(next)
  }
  return (
    <RadixPopover.Root open={open} onOpenChange={change}>
      <RadixPopover.Trigger asChild>
        <IconButton label={label} keys={keys} size={size} className={className}>{children}</IconButton>
      </RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content aria-label={label} align="end" sideOffset={6} collisionPadding={8} className="z-50 w-[21.5rem] max-w-[calc(100vw-16px)] animate-pop rounded-xl bg-raised shadow-2 outline-none">
          <Suspense fallback={<div className="flex h-80 items-center justify-center text-fg-3"><Spinner /></div>}>
            <EmojiPicker
              onPick={(emoji) => {
                onPick(emoji)
                change(false)
              }}
            />
          </Suspense>
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  )
}
