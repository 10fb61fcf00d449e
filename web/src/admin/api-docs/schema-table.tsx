import { useTranslation } from 'react-i18next'
import { resolve, typeName, type OpenApi, type Parameter, type Schema } from './openapi'

const MAX_DEPTH = 3

type FieldProps = { api: OpenApi; name: string; schema: Schema; required: boolean; depth: number }

/** The schema behind a field, if it has fields of its own. */
function nested(api: OpenApi, schema: Schema): Schema | null {
  const known = resolve(api, schema.items ?? schema)
  return known.properties ? known : null
}

function Field({ api, name, schema, required, depth }: FieldProps) {
  const { t } = useTranslation('apidocs')
  const inner = depth < MAX_DEPTH ? nested(api, schema) : null
  return (
    <li>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1">
        <code className="font-medium">{name}</code>
        <code className="text-xs break-words text-fg-2">{typeName(schema)}</code>
        {!required && <span className="text-2xs text-fg-3">{t('optional')}</span>}
        {schema.description && <span className="basis-full text-xs text-fg-3">{schema.description}</span>}
      </div>
      {inner && (
        <details className="pb-1">
          <summary className="w-fit cursor-default rounded-sm text-xs text-accent-text">{t('fields_of', { name: typeName(schema) })}</summary>
          <div className="mt-1 border-l pl-3">
            <SchemaFields api={api} schema={inner} depth={depth + 1} />
          </div>
        </details>
      )}
    </li>
  )
}

export function SchemaFields({ api, schema, depth = 0 }: { api: OpenApi; schema: Schema; depth?: number }) {
  const known = resolve(api, schema)
  if (!known.properties) return <code className="text-xs text-fg-2">{typeName(schema)}</code>
  return (
    <ul className="divide-y">
      {Object.entries(known.properties).map(([name, field]) => (
        <Field key={name} api={api} name={name} schema={field} required={known.required?.includes(name) ?? false} depth={depth} />
      ))}
    </ul>
  )
}

export function Parameters({ parameters }: { parameters: Parameter[] }) {
  const { t } = useTranslation('apidocs')
  return (
    <ul className="divide-y">
      {parameters.map(({ name, in: place, required, schema, description }) => (
        <li key={`${place} ${name}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1">
          <code className="font-medium">{name}</code>
          <code className="text-xs text-fg-2">{typeName(schema)}</code>
          <span className="text-2xs text-fg-3">
            {place}
            {required ? '' : `, ${t('optional')}`}
          </span>
          {description && <span className="basis-full text-xs text-fg-3">{description}</span>}
        </li>
      ))}
    </ul>
  )
}
