// Rules of RFC 5545 as people choose them.

/** The rules that have a name of their own, in the order in which they are offered. */
export const RULES = [
  { rule: 'FREQ=DAILY', name: 'daily' },
  { rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', name: 'workdays' },
  { rule: 'FREQ=WEEKLY', name: 'weekly' },
  { rule: 'FREQ=WEEKLY;INTERVAL=2', name: 'fortnightly' },
  { rule: 'FREQ=MONTHLY', name: 'monthly' },
  { rule: 'FREQ=MONTHLY;BYMONTHDAY=-1', name: 'month_end' },
  { rule: 'FREQ=MONTHLY;INTERVAL=3', name: 'quarterly' },
  { rule: 'FREQ=YEARLY', name: 'yearly' },
] as const

export type RuleName = (typeof RULES)[number]['name']

/** A rule in its parts, with the times that are left said apart; `name` is null for one that nobody has named. */
export function readRule(text: string): { name: RuleName | null; rest: string | null; times: number | null } {
  const parts = text.toUpperCase().split(';')
  const count = parts.find((part) => part.startsWith('COUNT='))
  const rule = parts.filter((part) => part !== count).join(';')
  const known = RULES.find((one) => one.rule === rule)
  return { name: known?.name ?? null, rest: known ? null : rule, times: count ? Number(count.slice(6)) : null }
}
