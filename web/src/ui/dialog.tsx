import { X } from 'lucide-react'
import * as RadixDialog from 'radix-ui/dialog'
import type { ReactNode } from 'react'
import { Button } from './button'
import { cn } from './cn'

const OVERLAY = 'fixed inset-0 z-40 animate-fade bg-scrim'
const PANEL =
  'fixed inset-x-0 bottom-0 z-40 mx-auto flex max-h-[92dvh] w-full animate-pop flex-col rounded-t-xl bg-raised shadow-3 outline-none sm:inset-x-4 sm:top-[12dvh] sm:bottom-auto sm:max-h-[76dvh] sm:rounded-xl'

/** What opened the dialog may be gone, such as an item of a menu: then the page itself gets the focus. */
function keepFocusOnPage() {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.getElementById('content')?.focus()
  })
}

type DialogProps = {
  open: boolean
  onClose: () => void
  title: string
  description?: string
  closeLabel: string
  wide?: boolean
  className?: string
  children: ReactNode
}

export function Dialog({ open, onClose, title, description, closeLabel, wide, className, children }: DialogProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={OVERLAY} />
        <RadixDialog.Content
          onCloseAutoFocus={keepFocusOnPage}
          className={cn(PANEL, wide ? 'sm:max-w-xl' : 'sm:max-w-md', className)}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <RadixDialog.Title className="truncate text-lg font-semibold">{title}</RadixDialog.Title>
              {description && (
                <RadixDialog.Description className="mt-0.5 text-sm text-fg-3">{description}</RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <Button tone="quiet" size="sm" square aria-label={closeLabel} className="-mr-1.5">
                <X size={16} strokeWidth={1.75} />
              </Button>
            </RadixDialog.Close>
          </div>
          <div className="min-h-0 overflow-y-auto px-5 pt-2 pb-5">{children}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

type ConfirmProps = {
  open: boolean
  onClose: () => void
  onConfirm: () => void
  title: string
  description: string
  confirmLabel: string
  cancelLabel: string
  danger?: boolean
  busy?: boolean
}

export function ConfirmDialog({ open, onClose, onConfirm, title, description, confirmLabel, cancelLabel, danger, busy }: ConfirmProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={OVERLAY} />
        <RadixDialog.Content role="alertdialog" onCloseAutoFocus={keepFocusOnPage} className={cn(PANEL, 'p-5 sm:max-w-sm')}>
          <RadixDialog.Title className="text-lg font-semibold">{title}</RadixDialog.Title>
          <RadixDialog.Description className="mt-1.5 text-sm text-fg-2">{description}</RadixDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <Button onClick={onClose}>{cancelLabel}</Button>
            <Button tone={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}
