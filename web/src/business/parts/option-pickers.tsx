import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/lib/session'
import { Avatar } from '@/ui/avatar'
import { listQuery } from '../model/api'
import { titles } from '../model/titles'
import { fieldOf, titleOf, type Condition, type Field, type Kind } from '../model/types'
import { useKind, useLabel, usePeople } from '../model/use-kinds'
import { OptionList, useText, type Option } from './picker'
import { ChoicePill } from './value-view'

type Common = { label: string; chosen: readonly string[]; onChoose: (value: string) => void; onClear?: () => void }

export function PersonOptions({ withMe, ...rest }: Common & { withMe?: boolean }) {
  const { t } = useTranslation('business')
  const { user } = useSession()
  const people = usePeople()
  const search = useText()
  const options = useMemo<Option[]>(() => {
    const all = [...people.values()].toSorted((one, other) => (one.id === user.id ? -1 : other.id === user.id ? 1 : one.name.localeCompare(other.name)))
    const named = all.map(({ id, name }) => ({
      value: id,
      label: name,
      view: (
        <span className="flex items-center gap-2">
          <Avatar id={id} name={name} size="xs" />
          <span className="truncate">{name}</span>
        </span>
      ),
    }))
    return withMe ? [{ value: 'me', label: t('filter.me') }, ...named] : named
  }, [people, user.id, withMe, t])
  return <OptionList options={options} {...search} {...rest} />
}

export function ChoiceOptions({ options, ...rest }: Common & { options: readonly { value: string; label: string }[] }) {
  const search = useText()
  const label = useLabel()
  const views = options.map((option) => ({ value: option.value, label: label(option.label), view: <ChoicePill options={options} value={option.value} /> }))
  return <OptionList options={views} {...search} {...rest} />
}

export function TagOptions({ ...rest }: Common) {
  const { text, onText } = useText()
  const options = [...new Set(rest.chosen)].map((value) => ({ value, label: value }))
  const add = (value: string) => {
    rest.onChoose(value)
    onText('')
  }
  return <OptionList options={options} text={text} onText={onText} onNew={add} {...rest} />
}

const NONE: readonly Condition[] = []

/** Records first in the order that their type has itself, such as the stages of a pipeline. */
export const ownOrder = (kind: Kind) => (fieldOf(kind, 'position')?.indexed ? ['position'] : fieldOf(kind, kind.title)?.indexed ? [kind.title] : [])

export function LinkOptions({ to, narrowed = NONE, ...rest }: Common & { to: string; narrowed?: readonly Condition[] }) {
  const kind = useKind(to)
  const { text, onText } = useText()
  const q = useDeferredValue(text.trim())
  const ask = { kind: to, conditions: narrowed, q, sort: q || !kind ? [] : ownOrder(kind) }
  const { data, isFetching } = useQuery({ ...listQuery(ask, 30), enabled: kind !== undefined, placeholderData: keepPreviousData })
  const options = kind ? (data?.items ?? []).map((record) => ({ value: record.id, label: titleOf(kind, record) })) : []
  const choose = (value: string) => {
    const found = data?.items.find(({ id }) => id === value)
    if (kind && found) titles.learn(kind, [found])
    rest.onChoose(value)
  }
  return <OptionList options={options} text={text} onText={onText} searched busy={isFetching} {...rest} onChoose={choose} />
}

/**
 * What a link can point to, given the other fields: a stage of this deal's pipeline. It follows from the
 * types alone: the target must itself point to what another field of the record points to.
 */
export function narrowing(kinds: readonly Kind[], kind: Kind, field: Field, fields: Record<string, unknown>): Condition[] {
  if (field.type !== 'link') return []
  const target = kinds.find(({ name }) => name === field.to)
  return (target?.fields ?? []).flatMap((inner) => {
    if (inner.type !== 'link' || !inner.required || inner.to === kind.name) return []
    const other = kind.fields.find((one) => one.type === 'link' && one.to === inner.to && one.name !== field.name)
    const value = other && fields[other.name]
    return value ? [{ field: inner.name, op: 'is' as const, value }] : []
  })
}
