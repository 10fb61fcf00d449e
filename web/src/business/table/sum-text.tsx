import { useLocale } from '@/lib/i18n/hooks'
import { fieldOf, type Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { formatMoney, formatNumber } from '../model/values'
import { isMoneyField, type Sum } from './groups'

const MILLIONTHS = 1_000_000

/** What a field adds up to; amounts of several currencies stand beside each other. */
export default function SumText({ kind, name, sums }: { kind: Kind; name: string; sums: readonly Sum[] | undefined }) {
  const locale = useLocale()
  const label = useLabel()
  if (!sums || sums.length === 0) return null
  const text = ({ minor, currency }: Sum) => (currency && isMoneyField(kind, name) ? formatMoney({ minor, currency }, locale) : formatNumber(String(minor / MILLIONTHS), locale))
  return (
    <span className="flex shrink-0 items-baseline gap-1">
      <span className="text-fg-3">{label(fieldOf(kind, name)?.label ?? name)}</span>
      <span data-sum={name} className="font-medium text-fg tnum">
        {sums.map(text).join(' + ')}
      </span>
    </span>
  )
}
