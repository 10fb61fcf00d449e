import type { ReactNode } from 'react'
import { cn } from './cn'

const TONES = {
  neutral: 'bg-press text-fg-2',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  plum: 'bg-plum-soft text-plum',
  accent: 'bg-accent-soft text-accent-text',
}

export type PillTone = keyof typeof TONES

export function Pill({ tone = 'neutral', dot, children, className }: { tone?: PillTone; dot?: boolean; children: ReactNode; className?: string }) {
  return (
    <span className={cn('inline-flex h-5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap', TONES[tone], className)}>
      {dot && <span aria-hidden className="size-1.5 rounded-full bg-current" />}
      {children}
    </span>
  )
}
