import { queryOptions } from '@tanstack/react-query'
import { problemOf, unreachable } from '@/lib/api/problem'

// As much of OpenAPI 3.1 as the page shows.
export type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  oneOf?: Schema[]
  anyOf?: Schema[]
  allOf?: Schema[]
}
type Content = Record<string, { schema?: Schema }>
export type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema }
export type Operation = {
  method: string
  path: string
  tag: string
  id: string
  summary: string
  description?: string
  parameters: Parameter[]
  body?: Content
  responses: [status: string, { description?: string; content?: Content }][]
}
type RawOperation = Partial<Omit<Operation, 'responses' | 'body'>> & {
  tags?: string[]
  operationId?: string
  requestBody?: { content?: Content }
  responses?: Record<string, { description?: string; content?: Content }>
}
export type OpenApi = {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, unknown>>
  components?: { schemas?: Record<string, Schema> }
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

export const openApiQuery = queryOptions({
  queryKey: ['openapi'],
  async queryFn(): Promise<OpenApi> {
    const response = await fetch('/api/openapi.json').catch(() => {
      throw unreachable()
    })
    if (!response.ok) throw problemOf(await response.json().catch(() => null), response)
    return (await response.json()) as OpenApi
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export function operationsOf(api: OpenApi): Operation[] {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => {
      const raw = item[method] as RawOperation
      const shared = (item.parameters ?? []) as Parameter[]
      return {
        method, path,
        tag: raw.tags?.[0] ?? 'Other',
        id: raw.operationId ?? `${method} ${path}`,
        summary: raw.summary ?? raw.operationId ?? path,
        description: raw.description,
        parameters: [...shared, ...(raw.parameters ?? [])],
        body: raw.requestBody?.content,
        responses: Object.entries(raw.responses ?? {}),
      }
    }),
  )
}

export function byTag(operations: Operation[]) {
  const tags = new Map<string, Operation[]>()
  for (const operation of operations) tags.set(operation.tag, [...(tags.get(operation.tag) ?? []), operation])
  return [...tags]
}

const nameOf = (ref: string) => ref.split('/').at(-1) ?? ref

export const resolve = (api: OpenApi, schema: Schema): Schema =>
  schema.$ref ? (api.components?.schemas?.[nameOf(schema.$ref)] ?? {}) : schema

/** A type in a few characters: `string(uuid)`, `User[]`, `"view" | "edit"`. */
export function typeName(schema: Schema | undefined): string {
  if (!schema) return 'any'
  if (schema.$ref) return nameOf(schema.$ref)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const variants = schema.oneOf ?? schema.anyOf
  if (variants) return variants.map(typeName).join(' | ')
  if (schema.allOf) return schema.allOf.map(typeName).join(' & ')
  const types = [schema.type ?? 'any'].flat()
  return types
    .map((type) => {
      if (type === 'array') return `${typeName(schema.items)}[]`
      return schema.format && type !== 'null' ? `${type}(${schema.format})` : type
    })
    .join(' | ')
}

const DEPTH = 4

/** A value of the schema's shape, for the request that a person copies. */
export function sampleOf(api: OpenApi, schema: Schema | undefined, depth = 0): unknown {
  if (!schema || depth > DEPTH) return null
  const known = resolve(api, schema)
  if (known.enum) return known.enum[0]
  const variant = known.oneOf?.[0] ?? known.anyOf?.[0] ?? known.allOf?.[0]
  if (variant) return sampleOf(api, variant, depth + 1)
  if (known.properties) {
    return Object.fromEntries(Object.entries(known.properties).map(([name, field]) => [name, sampleOf(api, field, depth + 1)]))
  }
  const type = [known.type].flat()[0]
  if (type === 'array') return [sampleOf(api, known.items, depth + 1)]
  if (type === 'integer' || type === 'number') return 0
  if (type === 'boolean') return false
  return type === 'object' ? {} : 'string'
}

export function curlOf(api: OpenApi, { method, path, body }: Operation, origin: string) {
  const lines = [`curl -X ${method.toUpperCase()} '${origin}${path}'`, `-H 'Authorization: Bearer TOKEN'`]
  const json = body?.['application/json']
  if (json) lines.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(sampleOf(api, json.schema), null, 2)}'`)
  else if (body) lines.push(`--data-binary @FILE`)
  return lines.join(' \\\n  ')
}
