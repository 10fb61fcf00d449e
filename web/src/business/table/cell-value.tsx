import type { Kind, Rec } from '../model/types'
import { PersonName, StatePill, ValueView } from '../parts/value-view'
import { formatAgo } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import type { Column } from './columns'

/** What a column shows of a record. */
export function CellValue({ kind, record, column }: { kind: Kind; record: Rec; column: Column }) {
  const locale = useLocale()
  if (column.field) return <ValueView field={column.field} value={record.fields[column.name]} />
  if (column.name === 'state') return <StatePill kind={kind} state={record.state} />
  if (column.name === 'owner') return record.owner ? <PersonName id={record.owner} /> : null
  const time = column.name === 'created_at' ? record.created_at : record.updated_at
  return <span className="truncate text-fg-2 tnum">{formatAgo(time, locale)}</span>
}
