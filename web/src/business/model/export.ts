import type { ListSearch } from './addresses'
import { filterOf } from './filters'
import type { Condition } from './types'

export const TABLE_FORMATS = ['csv', 'xlsx'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

/** The order of a table that nobody has sorted. */
const NEWEST_FIRST = '-created_at'

type Asked = { kind: string; search: Pick<ListSearch, 'q' | 'sort'>; conditions: readonly Condition[]; columns: readonly string[] }

/** Where the list as it is on the screen is downloaded from. */
export function exportUrl({ kind, search, conditions, columns }: Asked, format: TableFormat): string {
  const filter = filterOf(conditions)
  const query = new URLSearchParams({
    format,
    columns: columns.join(','),
    ...(filter ? { filter: JSON.stringify(filter) } : {}),
    ...(search.q ? { q: search.q } : {}),
    sort: search.sort ?? NEWEST_FIRST,
    // Without its mark spreadsheets take UTF-8 for something else.
    ...(format === 'csv' ? { bom: 'true' } : {}),
  })
  return `/api/v1/records/${kind}/export?${query}`
}

/** Lets the browser save what is at an address of this server. */
export function download(url: string) {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
