import { useTranslation } from 'react-i18next'
import { fieldOf, type Kind, type Rec } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { PersonName, StatePill, ValueView } from '../parts/value-view'
import type { GroupTotal } from './groups'
import SumText from './sum-text'

function Value({ kind, record, group }: { kind: Kind; record: Rec; group: string }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const field = fieldOf(kind, group)
  if (group === 'state') return <StatePill kind={kind} state={record.state} />
  if (group === 'owner' && record.owner) return <PersonName id={record.owner} />
  const value = record.fields[group]
  if (field && value !== undefined && value !== null) return <ValueView field={field} value={value} />
  return <span className="text-fg-3">{t('group.none', { field: group === 'owner' ? t('owner') : label(field?.label ?? group) })}</span>
}

type HeadProps = { kind: Kind; group: string; first: Rec; total: GroupTotal | undefined; sums: readonly string[]; columns: number }

/** The row before those of one group. */
export default function GroupHead({ kind, group, first, total, sums, columns }: HeadProps) {
  const { t } = useTranslation('business')
  return (
    <div role="row" data-group className="flex h-10 items-center border-b bg-sunken">
      <div role="gridcell" aria-colspan={columns} className="sticky left-0 flex min-w-0 items-center gap-3 px-3 text-xs">
        <span className="flex min-w-0 text-sm font-medium">
          <Value kind={kind} record={first} group={group} />
        </span>
        {total && <span className="shrink-0 text-fg-3 tnum">{t('count', { count: total.count })}</span>}
        {sums.map((name) => (
          <SumText key={name} kind={kind} name={name} sums={total?.sums.get(name)} />
        ))}
      </div>
    </div>
  )
}
