import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

type EmptyProps = { icon: LucideIcon; title: string; text: string; children?: ReactNode }

/** An empty place says what will be here and how to begin. */
export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-4 flex size-12 items-center justify-center rounded-xl bg-accent-soft text-accent-text">
        <Icon aria-hidden size={22} strokeWidth={1.75} />
      </span>
      <h2 className="text-lg font-semibold text-balance">{title}</h2>
      <p className="mt-1 max-w-sm text-base text-pretty text-fg-3">{text}</p>
      {children && <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  )
}
