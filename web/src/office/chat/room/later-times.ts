const MORNING = 9

const atNine = (days: number) => {
  const date = new Date()
  date.setDate(date.getDate() + days)
  date.setHours(MORNING, 0, 0, 0)
  return date
}

/** What people mean by "later". */
export function laterTimes(now = new Date()) {
  const untilMonday = ((8 - now.getDay()) % 7) || 7
  return [
    { key: 'half_hour', at: new Date(now.getTime() + 30 * 60_000) },
    { key: 'three_hours', at: new Date(now.getTime() + 3 * 3_600_000) },
    { key: 'tomorrow', at: atNine(1) },
    { key: 'monday', at: atNine(untilMonday) },
  ] as const
}
