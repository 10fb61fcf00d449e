import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CloudOff, FileText, Plus, Search, SearchX, Sparkles, Trash2, X } from 'lucide-react'
import { useDeferredValue, useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { usePermission, useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import { documentsQuery } from './api'
import { DocumentTable } from './document-table'
import { useNewDocument } from './use-new-document'

export type DocumentsView = 'all' | 'mine' | 'shared' | 'trash'

const VIEWS: DocumentsView[] = ['all', 'mine', 'shared', 'trash']

function ViewTabs({ view }: { view: DocumentsView }) {
  const { t } = useTranslation('documents')
  return (
    <nav aria-label={t('views')} className="flex items-center gap-0.5 overflow-x-auto">
      {VIEWS.map((name) => (
        <Link
          key={name}
          to="/documents"
          search={(old: { q?: string }) => ({ ...old, view: name === 'all' ? undefined : name })}
          aria-current={name === view ? 'page' : undefined}
          className="flex h-8 items-center gap-1.5 rounded-md px-2.5 font-medium whitespace-nowrap text-fg-2 outline-offset-[-2px] hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:text-accent-text"
        >
          {name === 'trash' && <Trash2 aria-hidden size={15} strokeWidth={1.75} />}
          {t(`view.${name}`)}
        </Link>
      ))}
    </nav>
  )
}

function FindField({ q, onQuery }: { q: string; onQuery: (q: string) => void }) {
  const { t } = useTranslation('documents')
  const [text, setText] = useState(q)
  const deferred = useDeferredValue(text)
  // The address follows the field, never the other way round.
  const follow = useEffectEvent((next: string) => {
    if (next !== q) onQuery(next)
  })
  useEffect(() => follow(deferred), [deferred])
  return (
    <div className="relative w-full sm:w-72">
      <Search aria-hidden size={15} className="pointer-events-none absolute top-2 left-2.5 text-fg-3" />
      <input
        type="search"
        aria-label={t('find')}
        placeholder={t('find')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-8 w-full rounded-md border border-line-strong bg-surface pr-8 pl-8 outline-none focus:border-accent focus:ring-2 focus:ring-accent/25 [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button type="button" aria-label={t('find.clear')} onClick={() => setText('')} className="absolute top-1 right-1 flex size-6 items-center justify-center rounded-sm text-fg-3 hover:bg-hover">
          <X size={14} />
        </button>
      )}
    </div>
  )
}

function NoDocuments({ view, q, onClear }: { view: DocumentsView; q: string; onClear: () => void }) {
  const { t } = useTranslation('documents')
  const newDocument = useNewDocument()
  const mayCreate = usePermission('documents.create')
  if (q) {
    return (
      <Empty icon={SearchX} title={t('none_found.title', { q })} text={t('none_found.text')}>
        <Button onClick={onClear}>{t('find.clear')}</Button>
      </Empty>
    )
  }
  if (view === 'trash') return <Empty icon={Trash2} title={t('trash_empty.title')} text={t('trash_empty.text')} />
  if (view === 'shared') return <Empty icon={FileText} title={t('shared_empty.title')} text={t('shared_empty.text')} />
  return (
    <Empty icon={FileText} title={t('empty.title')} text={t('empty.text')}>
      {mayCreate && (
        <>
          <Button tone="primary" busy={newDocument.isPending} onClick={() => newDocument.open()}>
            <Plus aria-hidden size={16} />
            {t('new')}
          </Button>
          <Button onClick={() => newDocument.open('tour')}>
            <Sparkles aria-hidden size={16} />
            {t('start.tour')}
          </Button>
        </>
      )}
    </Empty>
  )
}

function ListSkeleton() {
  const { t } = useTranslation('common')
  return (
    <div role="status" aria-label={t('loading')} className="flex flex-col gap-4 p-5">
      {[60, 45, 70, 52, 64].map((width) => (
        <div key={width} className="flex gap-4">
          <Skeleton className="size-5" />
          <div style={{ width: `${width}%` }}>
            <Skeleton className="h-5" />
          </div>
        </div>
      ))}
    </div>
  )
}

function ListBar({ view, q, onQuery }: DocumentsPageProps) {
  const { t } = useTranslation('documents')
  const mayCreate = usePermission('documents.create')
  const newDocument = useNewDocument()
  return (
    <div className="flex shrink-0 flex-wrap items-center justify-between gap-2 border-b px-3 py-2 sm:px-5">
      <ViewTabs view={view} />
      <div className="flex w-full gap-2 sm:w-auto">
        <FindField q={q} onQuery={onQuery} />
        {mayCreate && view !== 'trash' && (
          <Button tone="primary" className="max-sm:hidden" busy={newDocument.isPending} onClick={() => newDocument.open()}>
            <Plus aria-hidden size={16} strokeWidth={2} />
            {t('new')}
          </Button>
        )}
      </div>
    </div>
  )
}

type DocumentsPageProps = { view: DocumentsView; q: string; onQuery: (q: string) => void }

export function DocumentsPage({ view, q, onQuery }: DocumentsPageProps) {
  const { t } = useTranslation(['documents', 'common'])
  const { user } = useSession()
  const problemText = useProblemText()
  // A new key empties the field, which the "nothing found" state offers.
  const [cleared, setCleared] = useState(0)
  const query = useInfiniteQuery(documentsQuery({ trash: view === 'trash', q }))
  usePageTitle(t('title'))
  const all = query.data?.pages.flatMap((page) => page.items) ?? []
  const onlyHere = query.data?.pages.some((page) => page.onlyHere) ?? false
  const documents = all.filter(({ owner }) => {
    if (view === 'mine') return owner.id === user.id
    return view !== 'shared' || owner.id !== user.id
  })
  return (
    <div className="flex h-full flex-col">
      <h1 className="sr-only">{t('title')}</h1>
      <ListBar key={cleared} view={view} q={q} onQuery={onQuery} />
      {onlyHere && (
        <p role="status" className="flex shrink-0 items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-xs font-medium text-warn">
          <CloudOff aria-hidden size={14} />
          {t('only_here')}
        </p>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto">
        {query.isPending && <ListSkeleton />}
        {query.isError && (
          <Empty icon={FileText} title={t('common:error.title')} text={problemText(query.error)}>
            <Button onClick={() => void query.refetch()}>{t('common:retry')}</Button>
          </Empty>
        )}
        {query.isSuccess && documents.length === 0 && !query.hasNextPage && (
          <NoDocuments
            view={view}
            q={q}
            onClear={() => {
              onQuery('')
              setCleared((count) => count + 1)
            }}
          />
        )}
        {(documents.length > 0 || query.hasNextPage) && <DocumentTable documents={documents} trash={view === 'trash'} />}
        {query.hasNextPage && (
          <div className="flex justify-center p-4">
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}
