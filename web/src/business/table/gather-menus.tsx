import { Rows3, Sigma } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { tip } from '@/ui/tooltip'
import { fieldOf, type Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { Floating, OptionList, useText } from '../parts/picker'
import { groupNames, sumNames } from './groups'

const MOST_SUMS = 10

type GatherProps = { label: string; icon: ReactNode; names: readonly string[]; labelOf: (name: string) => string; chosen: readonly string[]; onChoose: (name: string) => void; onClear: () => void; clearLabel: string }

function Gather({ label, icon, names, labelOf, chosen, onChoose, onClear, clearLabel }: GatherProps) {
  const [open, setOpen] = useState(false)
  const search = useText()
  const anchor = (
    <Button size="sm" tone="quiet" square aria-label={label} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)} className={cn(chosen.length > 0 && 'text-accent-text')} {...tip(label)}>
      {icon}
    </Button>
  )
  return (
    <Floating label={label} open={open} onOpenChange={setOpen} anchor={anchor} className="w-60">
      <OptionList label={label} options={names.map((name) => ({ value: name, label: labelOf(name) }))} chosen={chosen} onChoose={onChoose} onClear={onClear} clearLabel={clearLabel} {...search} />
    </Floating>
  )
}

type MenusProps = { kind: Kind; group: string | null; sums: readonly string[]; onGroup: (name: string | null) => void; onSums: (names: readonly string[]) => void }

/** By which field the table is grouped, and which fields it adds up. */
export default function GatherMenus({ kind, group, sums, onGroup, onSums }: MenusProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const labelOf = (name: string) => (name === 'state' ? t('state') : name === 'owner' ? t('owner') : label(fieldOf(kind, name)?.label ?? name))
  const summed = sumNames(kind)
  return (
    <>
      <Gather label={t('group')} icon={<Rows3 size={15} strokeWidth={1.75} />} names={groupNames(kind)} labelOf={labelOf} chosen={group ? [group] : []} onChoose={(name) => onGroup(name === group ? null : name)} onClear={() => onGroup(null)} clearLabel={t('group.clear')} />
      {summed.length > 0 && (
        <Gather label={t('sums')} icon={<Sigma size={15} strokeWidth={1.75} />} names={summed} labelOf={labelOf} chosen={sums} onChoose={(name) => onSums(sums.includes(name) ? sums.filter((one) => one !== name) : [...sums, name].slice(0, MOST_SUMS))} onClear={() => onSums([])} clearLabel={t('sums.clear')} />
      )}
    </>
  )
}
