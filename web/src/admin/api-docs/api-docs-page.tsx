import { useQuery } from '@tanstack/react-query'
import { BookOpen, Copy, Download, Search } from 'lucide-react'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { controlClass } from '@/ui/field'
import { PageSpinner } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { byTag, curlOf, openApiQuery, operationsOf, type OpenApi, type Operation } from './openapi'
import { Parameters, SchemaFields } from './schema-table'

const METHOD_TONES: Record<string, string> = {
  get: 'bg-info-soft text-info', post: 'bg-ok-soft text-ok', put: 'bg-warn-soft text-warn', patch: 'bg-plum-soft text-plum', delete: 'bg-bad-soft text-bad',
}

const Method = ({ name }: { name: string }) => (
  <span className={cn('w-15 shrink-0 rounded-sm py-0.5 text-center font-mono text-2xs font-semibold uppercase', METHOD_TONES[name])}>{name}</span>
)

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h4 className="mb-1 text-xs font-medium text-fg-3">{title}</h4>
      {children}
    </section>
  )
}

function Curl({ code }: { code: string }) {
  const { t } = useTranslation(['apidocs', 'common'])
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => notify(t('common:copied')),
      () => notify(t('common:copy_failed'), { tone: 'bad' }),
    )
  return (
    <div className="relative rounded-lg bg-sunken">
      <pre tabIndex={0} className="overflow-x-auto p-3 pr-12 font-mono text-xs leading-relaxed">{code}</pre>
      <Button tone="quiet" size="sm" square aria-label={t('common:copy')} className="absolute top-1.5 right-1.5" onClick={() => void copy()}>
        <Copy size={14} strokeWidth={1.75} />
      </Button>
    </div>
  )
}

function OperationDetails({ api, operation }: { api: OpenApi; operation: Operation }) {
  const { t } = useTranslation('apidocs')
  const { summary, description, parameters, body, responses } = operation
  return (
    <div className="flex flex-col gap-4 border-t p-4">
      <p className="text-fg-2">{description ?? summary}</p>
      {parameters.length > 0 && <Part title={t('parameters')}><Parameters parameters={parameters} /></Part>}
      {Object.entries(body ?? {}).map(([type, { schema }]) => (
        <Part key={type} title={`${t('body')} · ${type}`}>{schema && <SchemaFields api={api} schema={schema} />}</Part>
      ))}
      {responses.map(([status, response]) => (
        <Part key={status} title={[`${t('response')} ${status}`, response.description].filter(Boolean).join(' · ')}>
          {Object.entries(response.content ?? {}).map(([type, { schema }]) => (
            <div key={type}>{schema && <SchemaFields api={api} schema={schema} />}</div>
          ))}
        </Part>
      ))}
      <Part title={t('example')}><Curl code={curlOf(api, operation, window.location.origin)} /></Part>
    </div>
  )
}

/** One route; what it takes and gives is drawn once someone looks at it, since there are hundreds. */
function OperationCard({ api, operation }: { api: OpenApi; operation: Operation }) {
  const [open, setOpen] = useState(false)
  const { method, path, summary } = operation
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)} className="group overflow-hidden rounded-lg bg-surface shadow-1 dark:bg-raised">
      <summary className="flex cursor-default items-center gap-3 px-3 py-2.5 outline-offset-[-2px] hover:bg-hover">
        <Method name={method} />
        <code className="min-w-0 flex-1 font-mono text-xs break-all">{path}</code>
        <span className="hidden max-w-72 truncate text-fg-2 md:block">{summary}</span>
      </summary>
      {open && <OperationDetails api={api} operation={operation} />}
    </details>
  )
}

function Operations({ api, text }: { api: OpenApi; text: string }) {
  const { t } = useTranslation('apidocs')
  const wanted = text.toLowerCase()
  const found = operationsOf(api).filter(({ method, path, summary }) => `${method} ${path} ${summary}`.toLowerCase().includes(wanted))
  if (found.length === 0) return <Empty icon={Search} title={t('none')} text={t('none_text')} />
  return byTag(found).map(([tag, operations]) => (
    <section key={tag} aria-labelledby={`tag-${tag}`}>
      <h2 id={`tag-${tag}`} className="mb-2 font-semibold first-letter:uppercase">{tag}</h2>
      <div className="flex flex-col gap-2">
        {operations.map((operation) => (
          <OperationCard key={operation.method + operation.path} api={api} operation={operation} />
        ))}
      </div>
    </section>
  ))
}

export function ApiDocsPage() {
  const { t } = useTranslation(['apidocs', 'common'])
  const problemText = useProblemText()
  const { data, error, isPending } = useQuery(openApiQuery)
  const [text, setText] = useState('')
  const query = useDeferredValue(text.trim())
  usePageTitle(t('title'))
  return (
    <div className="h-full overflow-y-auto bg-bg">
      <div className="mx-auto flex max-w-4xl flex-col gap-6 px-4 py-7 sm:px-8">
        <div className="flex flex-wrap items-end gap-3">
          <div className="min-w-60 flex-1">
            <h1 className="text-2xl font-semibold tracking-tight">{t('title')}</h1>
            <p className="mt-0.5 text-base text-fg-3">{t('text', { version: data?.info.version ?? '' })}</p>
          </div>
          <a href="/api/openapi.json" download="kontor-openapi.json" className="inline-flex h-8 items-center gap-1.5 rounded-md bg-raised px-3 font-medium shadow-1 hover:bg-sunken">
            <Download aria-hidden size={15} strokeWidth={1.75} />
            openapi.json
          </a>
        </div>
        <div className="relative">
          <Search aria-hidden size={15} className="pointer-events-none absolute top-2.5 left-2.5 text-fg-3" />
          <input type="search" aria-label={t('find')} placeholder={t('find')} value={text} onChange={(event) => setText(event.target.value)} className={cn(controlClass, 'pl-8')} />
        </div>
        {isPending && <PageSpinner label={t('common:loading')} />}
        {error && <Empty icon={BookOpen} title={t('common:error.title')} text={problemText(error)} />}
        {data && <Operations api={data} text={query} />}
      </div>
    </div>
  )
}
