import type { Condition, Field, FieldType, Filter, Kind, Op } from './types'
import { hasStates } from './types'

// The filter builder: which fields can be compared, how, and with what.

export type Subject = Pick<Field, 'name' | 'label'> & { type: FieldType; field: Field }

const TEXT_OPS: Op[] = ['contains', 'is', 'is_not', 'empty', 'not_empty']
const ORDER_OPS: Op[] = ['is', 'at_least', 'at_most', 'greater', 'less', 'empty', 'not_empty']
const CHOICE_OPS: Op[] = ['in', 'is_not', 'empty', 'not_empty']
const LIST_OPS: Op[] = ['contains', 'in', 'is_not', 'empty', 'not_empty']
const MOMENT_OPS: Op[] = ['at_least', 'less', 'empty', 'not_empty']

const OPS: Record<FieldType, Op[]> = {
  text: TEXT_OPS, email: TEXT_OPS, phone: TEXT_OPS, url: TEXT_OPS, markdown: [], recurrence: [],
  number: ORDER_OPS, money: ORDER_OPS, date: ORDER_OPS, datetime: MOMENT_OPS,
  boolean: ['is'], choice: CHOICE_OPS, link: CHOICE_OPS, person: CHOICE_OPS,
  choices: LIST_OPS, tags: ['contains', 'is_not', 'empty', 'not_empty'],
}

export const opsOf = (type: FieldType) => OPS[type]

const DAY_OPS: ReadonlySet<Op> = new Set(['less', 'at_most', 'greater', 'at_least'])

/** Days are before and after, not less and more. */
export const opText = (type: FieldType, op: Op) => ((type === 'date' || type === 'datetime') && DAY_OPS.has(op) ? (`op.day.${op}` as 'op.day.less') : (`op.${op}` as const))

export const needsValue = (op: Op) => op !== 'empty' && op !== 'not_empty'
export const takesList = (op: Op) => op === 'in'

type Words = { state: string; owner: string; created: string; updated: string }

const own = (field: Partial<Field> & Pick<Field, 'name' | 'label' | 'type'>): Subject => {
  const whole = { required: false, indexed: true, custom: false, ...field } as Field
  return { name: whole.name, label: whole.label, type: whole.type, field: whole }
}

/** Everything of a type that a filter can ask for. */
export function subjectsOf(kind: Kind, words: Words): Subject[] {
  const fields = kind.fields
    .filter((field) => OPS[field.type].length > 0 && (field.indexed || field.type === 'tags' || field.type === 'choices'))
    .map((field) => ({ name: field.name, label: field.label, type: field.type, field }))
  return [
    ...fields,
    ...(hasStates(kind) ? [own({ name: 'state', label: words.state, type: 'choice', options: kind.states } as never)] : []),
    own({ name: 'owner', label: words.owner, type: 'person' }),
    own({ name: 'created_at', label: words.created, type: 'datetime' }),
    own({ name: 'updated_at', label: words.updated, type: 'datetime' }),
  ]
}

/** The state and the owner are always there; the server knows no "empty" of them that helps. */
export const opsFor = ({ name, type }: Subject): Op[] => (name === 'state' ? ['in', 'is_not'] : opsOf(type))

export const isComplete = ({ op, value }: Condition) =>
  !needsValue(op) || (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '')

/** All conditions, as the server reads them; undefined when there are none. */
export function filterOf(conditions: readonly Condition[], also: readonly Filter[] = []): Filter | undefined {
  const all: Filter[] = [...conditions.filter(isComplete).map(({ field, op, value }) => (needsValue(op) ? { field, op, value } : { field, op })), ...also]
  if (all.length === 0) return undefined
  const [only] = all
  return all.length === 1 && only ? only : { all }
}

/** What a new condition begins with. */
export function firstCondition(subject: Subject): Condition {
  const op = opsFor(subject)[0] ?? 'is'
  if (subject.type === 'boolean') return { field: subject.name, op, value: true }
  return { field: subject.name, op, ...(takesList(op) ? { value: [] } : {}) }
}

/** Keeps what was chosen when another comparison takes a list, or no longer takes one. */
export function withOp(condition: Condition, op: Op): Condition {
  if (!needsValue(op)) return { field: condition.field, op }
  const { value } = condition
  if (takesList(op)) return { ...condition, op, value: Array.isArray(value) ? value : value === undefined ? [] : [value] }
  return { ...condition, op, value: Array.isArray(value) ? value[0] : value }
}

/** A day relative to today: `today`, `today+7`, `today-30`. */
export function relativeDay(value: unknown): number | null {
  if (typeof value !== 'string') return null
  const found = /^today([+-]\d+)?$/.exec(value)
  return found ? Number(found[1] ?? 0) : null
}

export const relativeText = (days: number) => (days === 0 ? 'today' : `today${days > 0 ? '+' : ''}${days}`)

/** A new order after a click on a column: upwards, downwards, as it was. */
export function nextSort(sort: readonly string[], name: string): string[] {
  if (sort[0] === name) return [`-${name}`]
  if (sort[0] === `-${name}`) return []
  return [name]
}
