import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, FileQuestion, FileSpreadsheet, Lock, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import { rowsOf } from '../model/import-settings'
import { importQuery, isBusy, type Import } from '../model/imports'
import type { Kind } from '../model/types'
import { useKind, useLabel } from '../model/use-kinds'
import { KindIcon } from '../parts/kind-icon'
import { ChooseFile } from './choose-file'
import { EarlierImports } from './earlier-imports'
import { EndedImport } from './ended-import'
import { ImportEditor } from './import-editor'
import { ImportProgress } from './import-progress'

export type ImportSearch = { import?: string }

const STEPS = ['file', 'columns', 'rows', 'done'] as const
type StepName = (typeof STEPS)[number]

/** Records from a file: chosen, mapped, rehearsed, brought in, and taken back as one. */
export function ImportPage({ name, id }: { name: string; id?: string }) {
  const { t } = useTranslation(['imports', 'business', 'common'])
  const kind = useKind(name)
  if (!kind) return <Empty icon={FileQuestion} title={t('common:not_found.title')} text={t('business:kind.unknown')} />
  return <Page key={`${name} ${id ?? ''}`} kind={kind} id={id} />
}

function Page({ kind, id }: { kind: Kind; id?: string }) {
  const { t } = useTranslation('imports')
  const label = useLabel()
  const title = t('title', { kind: label(kind.plural) })
  usePageTitle(title)
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-4xl px-4 py-6 sm:px-8">
        <Link to="/business/$kind" params={{ kind: kind.name }} search={{}} className="mb-3 inline-flex h-8 items-center gap-1.5 rounded-md pr-2 text-fg-3 hover:text-fg">
          <ChevronLeft aria-hidden size={16} />
          <KindIcon icon={kind.icon} />
          {label(kind.plural)}
        </Link>
        <h1 className="mb-4 text-xl font-semibold">{title}</h1>
        {id ? <OneImport kind={kind} id={id} /> : <Beginning kind={kind} />}
      </div>
    </div>
  )
}

function Beginning({ kind }: { kind: Kind }) {
  const { t } = useTranslation('imports')
  if (!kind.access.create) return <Empty icon={Lock} title={t('forbidden')} text={t('forbidden_text')} />
  return (
    <>
      <Steps at="file" />
      <ChooseFile kind={kind} />
      <EarlierImports kind={kind} />
    </>
  )
}

function Steps({ at }: { at: StepName }) {
  const { t } = useTranslation('imports')
  const place = STEPS.indexOf(at)
  return (
    <ol aria-label={t('steps')} className="mb-5 flex items-center gap-2 text-sm">
      {STEPS.map((step, index) => (
        <li key={step} aria-current={step === at ? 'step' : undefined} className={cn('flex min-w-0 items-center gap-2', index > 0 && "before:h-px before:w-4 before:bg-line-strong before:content-[''] sm:before:w-8")}>
          <span aria-hidden className={cn('flex size-5 shrink-0 items-center justify-center rounded-full text-2xs font-semibold tnum', index <= place ? 'bg-accent text-accent-fg' : 'bg-press text-fg-2')}>
            {index + 1}
          </span>
          <span className={cn('truncate', step === at ? 'font-medium' : 'text-fg-3 max-sm:sr-only')}>{t(`step.${step}`)}</span>
        </li>
      ))}
    </ol>
  )
}

function stepOf({ state, progress }: Import): StepName {
  if (state === 'ready' || (state === 'undone' && progress.read === 0)) return 'columns'
  return state === 'checking' || state === 'checked' ? 'rows' : 'done'
}

function OneImport({ kind, id }: { kind: Kind; id: string }) {
  const { t } = useTranslation(['imports', 'common'])
  const problemText = useProblemText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const query = useQuery(importQuery(kind.name, id))
  const { data, error } = query
  const again = () => void navigate({ to: '/business/$kind/import', params: { kind: kind.name }, search: {} })
  if (error && !data) {
    const isGone = error instanceof Problem && error.status === 404
    return (
      <Empty icon={isGone ? FileQuestion : TriangleAlert} title={isGone ? t('gone') : t('common:error.title')} text={isGone ? t('gone_text') : problemText(error)}>
        {isGone ? <Button onClick={again}>{t('another')}</Button> : <Button onClick={() => void query.refetch()}>{t('common:retry')}</Button>}
      </Empty>
    )
  }
  if (!data) return <Skeleton className="h-64" />
  async function keep(next: Import) {
    const { queryKey } = importQuery(kind.name, id)
    // What was asked before this was known would put it back.
    await client.cancelQueries({ queryKey })
    client.setQueryData(queryKey, next)
  }
  const isEdited = ['ready', 'checking', 'checked', 'undone'].includes(data.state)
  return (
    <>
      <Steps at={stepOf(data)} />
      <Recognised file={data} />
      {isBusy(data) && data.state !== 'checking' && <ImportProgress about={data} />}
      {!isBusy(data) && data.state !== 'ready' && data.state !== 'checked' && <EndedImport kind={kind} about={data} onKeep={(next) => void keep(next)} onGone={again} />}
      {isEdited && data.header.length > 0 && <ImportEditor kind={kind} about={data} onKeep={(next) => void keep(next)} onGone={again} />}
    </>
  )
}

const DELIMITERS: Record<string, 'comma' | 'semicolon' | 'tab' | 'bar'> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' }

/** What the server has found out about the file. */
function Recognised({ file }: { file: Import }) {
  const { t } = useTranslation('imports')
  const delimiter = file.delimiter ? DELIMITERS[file.delimiter] : undefined
  const facts = [
    file.format === 'xlsx' ? t('format.xlsx') : t('format.csv'),
    file.format === 'xlsx' ? t('first_sheet') : file.encoding,
    delimiter ? t(`delimiter.${delimiter}`) : null,
    t('rows', { count: rowsOf(file) }),
    t('columns', { count: file.header.length }),
  ]
  return (
    <div className="mb-5 flex items-center gap-3 rounded-lg bg-bg p-3.5 shadow-1 dark:bg-raised">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-ok-soft text-ok">
        <FileSpreadsheet aria-hidden size={18} strokeWidth={1.75} />
      </span>
      <div className="min-w-0">
        <p className="truncate font-medium">{file.name || t('unnamed')}</p>
        {file.header.length > 0 && <p className="text-xs text-fg-3">{facts.filter(Boolean).join(' · ')}</p>}
      </div>
    </div>
  )
}
