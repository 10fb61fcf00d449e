import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { Menu, MenuItem } from '@/ui/menu'
import { Skeleton } from '@/ui/spinner'
import { useRecordList } from '../model/record-list'
import { firstColumns, fieldOf, hasStates, titleOf, type Field, type Fields, type Kind, type Rec } from '../model/types'
import { useKinds, useLabel } from '../model/use-kinds'
import { KindIcon } from '../parts/kind-icon'
import { StatePill, ValueView } from '../parts/value-view'

const CreateDialog = lazy(() => import('./create-dialog'))
const MOST = 6

/** A field of some type that points here. */
export type Relation = { kind: Kind; field: Field }

export function useRelations(kind: Kind): Relation[] {
  return useKinds().flatMap((other) =>
    other.fields.filter((field) => field.type === 'link' && field.to === kind.name && field.indexed).map((field) => ({ kind: other, field })),
  )
}

const askOf = ({ kind, field }: Relation, id: string) => ({ kind: kind.name, conditions: [{ field: field.name, op: 'is' as const, value: id }], sort: ['-created_at'] })

type PanelProps = { record: Rec; relations: readonly Relation[]; readOnly: boolean }

/** What links to the record, by type. */
export function RelatedPanel({ record, relations, readOnly }: PanelProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const [creating, setCreating] = useState<Relation | null>(null)
  const open = relations.filter(({ kind }) => kind.access.create)
  // Two fields of one type are told apart by their names.
  const nameOf = ({ kind, field }: Relation) => (relations.filter((other) => other.kind === kind).length > 1 ? `${label(kind.plural)} · ${label(field.label)}` : label(kind.plural))
  const given = (relation: Relation): Fields => ({ ...shared(relation, record), [relation.field.name]: record.id })
  return (
    <div className="flex flex-col gap-5 p-3 sm:p-4">
      {!readOnly && open.length > 0 && (
        <Menu
          align="start"
          trigger={
            <Button className="self-start">
              <Plus aria-hidden size={15} />
              {t('related.add')}
            </Button>
          }
        >
          {open.map((relation) => (
            <MenuItem key={`${relation.kind.name}.${relation.field.name}`} onSelect={() => setCreating(relation)}>
              <span className="flex items-center gap-2.5">
                <KindIcon icon={relation.kind.icon} className="text-fg-3" />
                {relations.filter((other) => other.kind === relation.kind).length > 1 ? nameOf(relation) : label(relation.kind.label)}
              </span>
            </MenuItem>
          ))}
        </Menu>
      )}
      {relations.map((relation) => (
        <RelatedList
          key={`${relation.kind.name}.${relation.field.name}`}
          relation={relation}
          name={nameOf(relation)}
          record={record}
          onAdd={readOnly || !relation.kind.access.create ? null : () => setCreating(relation)}
        />
      ))}
      <Suspense>{creating && <CreateDialog kind={creating.kind} fields={given(creating)} onClose={() => setCreating(null)} />}</Suspense>
    </div>
  )
}

/** What the new record most likely has in common with this one: links of the same name and type. */
function shared({ kind }: Relation, record: Rec): Fields {
  const links = kind.fields.filter((field) => field.type === 'link' && typeof record.fields[field.name] === 'string')
  return Object.fromEntries(links.map((field) => [field.name, record.fields[field.name]]))
}

type ListProps = { relation: Relation; name: string; record: Rec; onAdd: (() => void) | null }

function RelatedList({ relation, name, record, onAdd }: ListProps) {
  const { t } = useTranslation('business')
  const problemText = useProblemText()
  const { kind, field } = relation
  const ask = askOf(relation, record.id)
  // What follows from a command comes a moment after its answer: the list is told of it.
  const { state } = useRecordList(kind, ask, { limit: MOST })
  if (state.status === 'loading') return <Skeleton className="h-10" />
  if (state.status === 'failed') return <p role="alert" className="text-bad">{problemText(state.error)}</p>
  if (state.items.length === 0) return null
  const items = state.items.slice(0, MOST)
  const count = state.count ?? state.items.length
  return (
    <section aria-label={name}>
      <div className="mb-1.5 flex h-7 items-center gap-2">
        <KindIcon icon={kind.icon} size={15} className="text-fg-3" />
        <h3 className="font-medium">{name}</h3>
        <span className="text-xs text-fg-3 tnum">{count}</span>
        <span className="flex-1" />
        {onAdd && (
          <IconButton label={t('related.add_one', { kind: name })} size="sm" onClick={onAdd}>
            <Plus size={15} />
          </IconButton>
        )}
      </div>
      <ul className="overflow-hidden rounded-lg bg-surface shadow-1 dark:bg-raised">
        {items.map((item) => (
          <li key={item.id} className="border-b last:border-0">
            <RelatedRow kind={kind} record={item} hidden={field.name} />
          </li>
        ))}
        {count > items.length && (
          <li>
            <Link to="/business/$kind" params={{ kind: kind.name }} search={{ filter: ask.conditions, view: 'table' }} className="flex h-9 items-center justify-center text-xs font-medium text-accent-text hover:bg-hover">
              {t('related.all', { count })}
            </Link>
          </li>
        )}
      </ul>
    </section>
  )
}

function RelatedRow({ kind, record, hidden }: { kind: Kind; record: Rec; hidden: string }) {
  const { t } = useTranslation('business')
  const second = firstColumns(kind)
    .filter((column) => column !== kind.title && column !== hidden && record.fields[column] !== undefined)
    .map((column) => fieldOf(kind, column))
    .find((field) => field && field.type !== 'tags')
  return (
    <Link to="/business/$kind/$recordId" params={{ kind: kind.name, recordId: record.id }} search={{}} className="flex h-10 items-center gap-2.5 px-3 outline-offset-[-2px] hover:bg-hover">
      <span className="min-w-0 flex-1 truncate font-medium">{titleOf(kind, record) || t('untitled')}</span>
      {second && (
        <span className="flex max-w-[45%] min-w-0 items-center text-fg-2">
          <ValueView field={second} value={record.fields[second.name]} />
        </span>
      )}
      {hasStates(kind) && <StatePill kind={kind} state={record.state} />}
    </Link>
  )
}
