import { cn } from './cn'

const HUES = [265, 20, 155, 315, 85, 235, 45, 190]

/** The same person has the same hue everywhere: avatar, cursor, author of a version. */
export function hueOf(id: string) {
  let hash = 0
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0
  return HUES[hash % HUES.length] ?? 265
}

/** Tested against white text (at least 4.5:1) for the labels of remote cursors. */
const CURSOR_COLORS: Record<number, string> = {
  265: '#3f56d8', 20: '#c02f3f', 155: '#0f7a4d', 315: '#9333b8', 85: '#806000', 235: '#0f6fa8', 45: '#b04a12', 190: '#0b7480',
}

export const cursorColor = (id: string) => CURSOR_COLORS[hueOf(id)] ?? '#3f56d8'

export const CURSOR_PALETTE = Object.values(CURSOR_COLORS)

export function initials(name: string) {
  const words = name.trim().split(/\s+/)
  const first = [...(words[0] ?? '')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toUpperCase()
}

const SIZES = { xs: 'size-5 text-[9px]', sm: 'size-6 text-[10px]', md: 'size-7 text-2xs', lg: 'size-10 text-sm' }

type AvatarProps = { id: string; name: string; size?: keyof typeof SIZES; className?: string }

export function Avatar({ id, name, size = 'sm', className }: AvatarProps) {
  const hue = hueOf(id)
  return (
    <span
      aria-hidden
      style={{
        backgroundColor: `oklch(var(--avatar-soft) var(--avatar-chroma) ${hue})`,
        color: `oklch(var(--avatar-ink) 0.09 ${hue})`,
      }}
      className={cn('inline-flex shrink-0 items-center justify-center rounded-full font-semibold select-none', SIZES[size], className)}
    >
      {initials(name)}
    </span>
  )
}
