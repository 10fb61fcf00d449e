import type { LucideIcon } from 'lucide-react'
import { tip } from '@/ui/tooltip'

type ToolButtonProps = {
  icon: LucideIcon
  label: string
  keys?: string[]
  active?: boolean
  disabled?: boolean
  onClick: () => void
}

export function ToolButton({ icon: Icon, label, keys, active, disabled, onClick }: ToolButtonProps) {
  return (
    <button
        type="button"
        aria-label={label}
        {...tip(label, keys, 'top')}
        aria-pressed={active}
        disabled={disabled}
        // Keep the selection in the text.
        onMouseDown={(event) => event.preventDefault()}
        onClick={onClick}
        className="flex size-8 shrink-0 items-center justify-center rounded-md text-fg-2 hover:bg-hover disabled:opacity-40 aria-pressed:bg-selected aria-pressed:text-accent-text"
      >
        <Icon size={16} strokeWidth={1.75} />
    </button>
  )
}

export const ToolSeparator = () => <span aria-hidden className="mx-0.5 h-5 w-px shrink-0 bg-line" />

export const TOOLBAR_CLASS = 'no-print z-30 flex items-center gap-0.5 rounded-lg bg-raised p-1 shadow-2'
