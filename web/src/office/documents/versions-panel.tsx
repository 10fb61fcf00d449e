import { useInfiniteQuery } from '@tanstack/react-query'
import { BookmarkPlus, History } from 'lucide-react'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Version } from '@/lib/api/types'
import { formatBytes, formatDay, formatTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { cn } from '@/ui/cn'
import { controlClass } from '@/ui/field'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { useKeepVersion, versionsQuery } from './versions-api'

function KeepVersion({ documentId }: { documentId: string }) {
  const { t } = useTranslation('editor')
  const problemText = useProblemText()
  const keep = useKeepVersion(documentId)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    keep.mutate(String(new FormData(form).get('label')).trim(), {
      onSuccess() {
        form.reset()
        notify(t('version.kept'))
      },
      onError: (error) => notify(problemText(error), { tone: 'bad' }),
    })
  }
  return (
    <form onSubmit={submit} className="flex gap-2 border-b p-3">
      <input name="label" aria-label={t('version.label')} placeholder={t('version.label')} maxLength={120} className={cn(controlClass, 'h-8')} />
      <Button type="submit" busy={keep.isPending} aria-label={t('version.keep')}>
        <BookmarkPlus aria-hidden size={16} strokeWidth={1.75} />
        {t('version.keep_short')}
      </Button>
    </form>
  )
}

function byDay(versions: Version[], language: string) {
  const days = new Map<string, Version[]>()
  for (const version of versions) {
    const day = formatDay(version.created_at, language)
    days.set(day, [...(days.get(day) ?? []), version])
  }
  return [...days]
}

function VersionButton({ version, chosen, onChoose }: { version: Version; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation('editor')
  const language = useLocale()
  const names = version.authors.map(({ name }) => name).join(', ') || t('version.nobody')
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className="flex w-full items-start gap-3 rounded-md px-2.5 py-2 text-left hover:bg-hover aria-pressed:bg-selected"
    >
      <span className="mt-0.5 flex shrink-0 -space-x-1.5">
        {version.authors.slice(0, 2).map(({ id, name }) => (
          <Avatar key={id} id={id} name={name} className="ring-2 ring-surface" />
        ))}
        {version.authors.length === 0 && <History aria-hidden size={18} className="text-fg-3" />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{version.label ?? formatTime(version.created_at, language)}</span>
        <span className="block truncate text-xs text-fg-3">{version.label ? `${formatTime(version.created_at, language)} · ${names}` : names}</span>
      </span>
      <span className="shrink-0 pt-0.5 text-xs text-fg-3 tnum">{formatBytes(version.size, language)}</span>
    </button>
  )
}

type VersionsPanelProps = { documentId: string; editable: boolean; chosen: string | null; onChoose: (version: Version) => void }

export function VersionsPanel({ documentId, editable, chosen, onChoose }: VersionsPanelProps) {
  const { t } = useTranslation(['editor', 'common'])
  const language = useLocale()
  const problemText = useProblemText()
  const query = useInfiniteQuery(versionsQuery(documentId))
  const versions = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {editable && <KeepVersion documentId={documentId} />}
      {query.isPending && <Skeleton className="m-3 h-24" />}
      {query.isError && <p role="alert" className="p-4 text-bad">{problemText(query.error)}</p>}
      {query.isSuccess && versions.length === 0 && <Empty icon={History} title={t('version.none')} text={t('version.none_text')} />}
      <div className="p-1.5">
        {byDay(versions, language).map(([day, items]) => (
          <section key={day} aria-label={day}>
            <h3 className="px-2.5 pt-3 pb-1 text-xs font-medium text-fg-3">{day}</h3>
            <ul>
              {items.map((version) => (
                <li key={version.id}>
                  <VersionButton version={version} chosen={version.id === chosen} onChoose={() => onChoose(version)} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {query.hasNextPage && (
        <div className="flex justify-center pb-4">
          <Button size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('version.more')}
          </Button>
        </div>
      )}
    </>
  )
}
