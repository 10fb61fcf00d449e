import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'
import { Spinner } from './spinner'
import { tip } from './tooltip'

const button = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors duration-100 select-none disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        primary: 'bg-accent text-accent-fg shadow-[0_1px_2px_oklch(0.2_0.1_268/0.25)] hover:bg-accent-hover',
        plain: 'bg-raised text-fg shadow-1 hover:bg-sunken dark:hover:bg-press',
        quiet: 'text-fg-2 hover:bg-hover hover:text-fg active:bg-press data-[state=open]:bg-press',
        danger: 'bg-bad-solid text-white hover:bg-bad-solid-hover',
      },
      size: { sm: 'h-7 px-2 text-xs', md: 'h-8 px-3 text-sm', lg: 'h-10 px-4 text-base' },
      square: { true: 'px-0', false: '' },
    },
    compoundVariants: [
      { square: true, size: 'sm', class: 'w-7' },
      { square: true, size: 'md', class: 'w-8' },
      { square: true, size: 'lg', class: 'w-10' },
    ],
    defaultVariants: { tone: 'plain', size: 'md', square: false },
  },
)

export type ButtonProps = ComponentProps<'button'> & VariantProps<typeof button> & { busy?: boolean }

export function Button({ tone, size, square, busy, className, children, disabled, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={cn(button({ tone, size, square }), className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <Spinner className="size-3.5" />}
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ButtonProps, 'aria-label'> & {
  label: string
  keys?: string[]
  side?: 'top' | 'bottom' | 'right'
  children: ReactNode
}

/** A button that shows only an icon: the label is its accessible name and its tooltip. */
export function IconButton({ label, keys, side, tone = 'quiet', ...rest }: IconButtonProps) {
  return <Button tone={tone} square aria-label={label} {...tip(label, keys, side)} {...rest} />
}
