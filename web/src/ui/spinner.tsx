import { LoaderCircle } from 'lucide-react'
import { cn } from './cn'

export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden className={cn('size-4 animate-spin', className)} strokeWidth={2} />
}

export function PageSpinner({ label }: { label: string }) {
  return (
    <div role="status" className="flex h-full min-h-40 items-center justify-center text-fg-3">
      <Spinner className="size-5" />
      <span className="sr-only">{label}</span>
    </div>
  )
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('animate-pulse rounded-sm bg-press', className)} />
}
