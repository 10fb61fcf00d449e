import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, FileQuestion, RotateCcw, Trash2, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { useSession } from '@/lib/session'
import { useShortcuts } from '@/lib/shortcuts'
import { useFileDrop } from '@/lib/use-file-drop'
import { usePastedFiles } from '@/lib/use-pasted-files'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import { recordQuery } from '../model/api'
import { useChanges } from '../model/changes'
import { useRecordLive } from '../model/record-live'
import { titles } from '../model/titles'
import { hasStates, mayDelete, mayEdit, titleOf, type Kind, type Rec } from '../model/types'
import { useKind, useLabel } from '../model/use-kinds'
import { AsOfBanner } from '../parts/as-of'
import { KindIcon } from '../parts/kind-icon'
import { StatePill } from '../parts/value-view'
import { Commands, RecordMenu } from './commands'
import { FieldsPanel } from './fields-panel'
import { PresentPeople } from './presence'
import { SidePanel, type SideTab } from './side-panel'

const DropSign = lazy(() => import('./drop-sign'))

const DuplicatesNote = lazy(() => import('./duplicates-note'))

const FormAddress = lazy(() => import('./form-address'))
/** The type whose records strangers fill in. */
const FORM = 'crm.form'

export type RecordSearch = { seq?: number }

export function RecordPage({ name, id, search }: { name: string; id: string; search: RecordSearch }) {
  const { t } = useTranslation(['business', 'common'])
  const kind = useKind(name)
  if (!kind) return <Empty icon={FileQuestion} title={t('common:not_found.title')} text={t('kind.unknown')} />
  return <LoadedPage key={id} kind={kind} id={id} seq={search.seq} />
}

function PageSkeleton() {
  const { t } = useTranslation('common')
  return (
    <div role="status" aria-label={t('loading')} className="flex max-w-3xl flex-col gap-4 p-8">
      <Skeleton className="h-8 w-72" />
      {[60, 45, 70, 52, 64, 40].map((width) => (
        <div key={width} className="flex gap-8">
          <Skeleton className="h-5 w-28" />
          <div style={{ width: `${width}%` }}>
            <Skeleton className="h-5" />
          </div>
        </div>
      ))}
    </div>
  )
}

function LoadedPage({ kind, id, seq }: { kind: Kind; id: string; seq?: number }) {
  const { t } = useTranslation(['business', 'common'])
  const problemText = useProblemText()
  const query = useQuery(recordQuery(kind.name, id, seq))
  const { data: record, error } = query
  useEffect(() => {
    if (record && !seq) titles.learn(kind, [record])
  }, [kind, record, seq])
  if (error && !record) {
    const isGone = error instanceof Problem && error.status === 404
    return (
      <Empty icon={isGone ? FileQuestion : TriangleAlert} title={isGone ? t('record.gone') : t('common:error.title')} text={isGone ? t('record.gone_text') : problemText(error)}>
        {!isGone && <Button onClick={() => void query.refetch()}>{t('common:retry')}</Button>}
        <Link to="/business/$kind" params={{ kind: kind.name }} search={{}} className="inline-flex h-8 items-center rounded-md px-3 font-medium text-accent-text hover:bg-hover">
          {t('record.to_list')}
        </Link>
      </Empty>
    )
  }
  return record ? <Page kind={kind} record={record} seq={seq} /> : <PageSkeleton />
}

type Tab = 'fields' | 'side'

function Page({ kind, record, seq }: { kind: Kind; record: Rec; seq?: number }) {
  const { t } = useTranslation('business')
  const { user } = useSession()
  const navigate = useNavigate()
  const [tab, setTab] = useState<Tab>('fields')
  const [side, setSide] = useState<SideTab | null>(null)
  const { others, focus } = useRecordLive(kind.name, record.id, user.id)
  const changes = useChanges(kind)
  const title = titleOf(kind, record) || t('untitled')
  usePageTitle(title)
  useShortcuts({ Escape: () => void navigate({ to: '/business/$kind', params: { kind: kind.name }, search: {} }) })
  const leavePast = () => void navigate({ to: '/business/$kind/$recordId', params: { kind: kind.name, recordId: record.id }, search: {} })
  const editable = !seq && mayEdit(kind, record, user.id)
  const take = (files: File[]) => {
    if (files.length === 0) return
    setTab('side')
    setSide('files')
    void import('../model/record-uploads').then(({ uploadTo }) => uploadTo(kind.name, record.id, files))
  }
  const drop = useFileDrop(editable ? take : null)
  usePastedFiles(editable ? take : null)
  return (
    <div className="relative flex h-full flex-col" {...drop.events}>
      <Suspense>{drop.over && <DropSign />}</Suspense>
      <RecordHead kind={kind} record={record} title={title} editable={editable} isPast={seq !== undefined} others={others} />
      {seq !== undefined && <AsOfBanner at={record.updated_at} onLeave={leavePast} />}
      {record.deleted_at && !seq && (
        <div role="status" className="flex shrink-0 items-center justify-center gap-3 bg-bad-soft px-4 py-1.5 text-sm font-medium text-bad">
          <Trash2 aria-hidden size={15} />
          {t('record.deleted')}
          {mayDelete(kind, record, user.id) && (
            <Button size="sm" onClick={() => void changes.restore([record])}>
              <RotateCcw aria-hidden size={14} />
              {t('restore')}
            </Button>
          )}
        </div>
      )}
      <Suspense>{!seq && !record.deleted_at && kind.same_by.length > 0 && <DuplicatesNote kind={kind} record={record} editable={editable} />}</Suspense>
      <div role="tablist" aria-label={title} className="flex shrink-0 gap-1 border-b px-3 py-1.5 lg:hidden">
        {(['fields', 'side'] as const).map((name) => (
          <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => setTab(name)} className="h-7 rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover aria-selected:bg-selected aria-selected:text-accent-text">
            {t(`record.tab.${name}`)}
          </button>
        ))}
      </div>
      <div className="flex min-h-0 flex-1">
        <div className={`min-w-0 flex-1 overflow-y-auto ${tab === 'fields' ? '' : 'max-lg:hidden'}`}>
          <Suspense>{kind.name === FORM && !seq && <FormAddress kind={kind} record={record} />}</Suspense>
          <FieldsPanel kind={kind} record={record} editable={editable} others={others} onFocus={focus} />
        </div>
        <aside aria-label={t('record.tab.side')} className={`w-full shrink-0 overflow-y-auto bg-bg lg:w-[26rem] lg:border-l ${tab === 'side' ? '' : 'max-lg:hidden'}`}>
          <SidePanel kind={kind} record={record} seq={seq} editable={editable} asked={side} onAsk={setSide} />
        </aside>
      </div>
    </div>
  )
}

type HeadProps = { kind: Kind; record: Rec; title: string; editable: boolean; isPast: boolean; others: ReturnType<typeof useRecordLive>['others'] }

function RecordHead({ kind, record, title, editable, isPast, others }: HeadProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const client = useQueryClient()
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1.5 border-b px-3 py-2 sm:px-4">
      <Link
        to="/business/$kind"
        params={{ kind: kind.name }}
        search={{}}
        aria-label={t('record.back', { kind: label(kind.plural) })}
        onClick={() => void client.invalidateQueries({ queryKey: ['records', 'some'] })}
        className="flex h-8 items-center gap-1.5 rounded-md pr-2 pl-1 font-medium text-fg-3 hover:bg-hover hover:text-fg"
      >
        <ChevronLeft aria-hidden size={16} />
        <KindIcon icon={kind.icon} />
        <span className="max-md:hidden">{label(kind.plural)}</span>
      </Link>
      <span aria-hidden className="text-fg-3 max-md:hidden">
        /
      </span>
      <h1 className="min-w-0 truncate text-base font-semibold max-sm:flex-1">{title}</h1>
      {hasStates(kind) && <StatePill kind={kind} state={record.state} />}
      <div className="ml-auto flex items-center gap-1.5">
        <PresentPeople others={others} />
        {editable && <Commands kind={kind} record={record} />}
        <RecordMenu kind={kind} record={record} isPast={isPast} />
      </div>
    </header>
  )
}
