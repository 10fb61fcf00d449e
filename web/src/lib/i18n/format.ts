const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const dayStart = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()

/** "just now", "5 min ago", "yesterday", then the date: short enough for a table. */
export function formatAgo(time: string | Date, language: string, now = new Date()): string {
  const date = new Date(time)
  const elapsed = Math.max(0, now.getTime() - date.getTime())
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  if (elapsed < MINUTE) return relative.format(0, 'second')
  if (elapsed < HOUR) return relative.format(-Math.floor(elapsed / MINUTE), 'minute')
  const days = Math.round((dayStart(now) - dayStart(date)) / DAY)
  if (days === 0) return relative.format(-Math.floor(elapsed / HOUR), 'hour')
  if (days < 7) return relative.format(-days, 'day')
  const sameYear = date.getFullYear() === now.getFullYear()
  return date.toLocaleDateString(language, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

export const formatDateTime = (time: string | Date, language: string) =>
  new Date(time).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })

export const formatDay = (time: string | Date, language: string) =>
  new Date(time).toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'long' })

export const formatTime = (time: string | Date, language: string) =>
  new Date(time).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })

export function formatBytes(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return new Intl.NumberFormat(language, {
    style: 'unit', unit: units[power], unitDisplay: 'short', maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value)
}
