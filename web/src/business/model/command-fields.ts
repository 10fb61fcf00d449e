import type { RecordCommand } from '@/lib/api/types'
import type { Field } from './types'

type Schema = {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  description?: string
  title?: string
  enum?: unknown[]
  const?: unknown
  oneOf?: Schema[]
  anyOf?: Schema[]
  items?: Schema
  'x-field'?: Partial<Field>
}

const words = (name: string) => {
  const text = name.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const is = ({ type }: Schema, name: string) => (Array.isArray(type) ? type.includes(name) : type === name)

/** Without the "or nothing" around it. */
const inner = (schema: Schema): Schema => schema.anyOf?.find((one) => !is(one, 'null')) ?? schema

function options(schema: Schema): { value: string; label: string }[] {
  const values = schema.enum ?? schema.oneOf?.flatMap((one) => (one.const === undefined ? (one.enum ?? []) : [one.const])) ?? []
  return values.filter((value) => typeof value === 'string').map((value) => ({ value, label: words(value) }))
}

function holds(schema: Schema): Partial<Field> {
  if (schema['x-field']) return schema['x-field']
  const choices = options(schema)
  if (choices.length > 0) return { type: 'choice', options: choices } as Partial<Field>
  if (is(schema, 'boolean')) return { type: 'boolean' }
  if (is(schema, 'integer')) return { type: 'number', scale: 0 } as Partial<Field>
  if (is(schema, 'number')) return { type: 'number', scale: 6 } as Partial<Field>
  if (is(schema, 'array')) return { type: 'tags' }
  return { type: 'text' }
}

/** The parameters of a command as fields of a form, made of their JSON Schema. */
export function fieldsOfCommand({ params }: Pick<RecordCommand, 'params'>): Field[] {
  const schema = params as Schema
  const required = schema.required ?? []
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const about = inner(property)
    const field = { name, label: words(name), help: property.description ?? about.description ?? '', required: required.includes(name), indexed: false, custom: false, ...holds(about) }
    return field as Field
  })
}
