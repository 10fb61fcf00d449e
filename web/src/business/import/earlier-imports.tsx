import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { Pill, type PillTone } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { importsQuery, type Import } from '../model/imports'
import type { Kind } from '../model/types'
import { PersonName } from '../parts/value-view'

const TONES: Record<Import['state'], PillTone> = {
  reading: 'info', ready: 'neutral', checking: 'info', checked: 'neutral', running: 'info', interrupted: 'warn', done: 'ok', failed: 'bad', undoing: 'info', undone: 'neutral',
}

/** What was brought in before, to look at, go on with or take back. */
export function EarlierImports({ kind }: { kind: Kind }) {
  const { t } = useTranslation(['imports', 'common'])
  const problemText = useProblemText()
  const query = useInfiniteQuery(importsQuery(kind.name))
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section aria-labelledby="earlier" className="mt-8">
      <h2 id="earlier" className="mb-3 font-semibold">{t('earlier')}</h2>
      {query.isPending && <Skeleton className="h-24" />}
      {query.isError && (
        <p role="alert" className="flex items-center gap-3 text-bad">
          {problemText(query.error)}
          <Button size="sm" onClick={() => void query.refetch()}>{t('common:retry')}</Button>
        </p>
      )}
      {query.isSuccess && items.length === 0 && <p className="text-fg-3">{t('earlier.none')}</p>}
      {items.length > 0 && (
        <ul className="overflow-hidden rounded-lg shadow-1">
          {items.map((item) => (
            <li key={item.id} className="border-b last:border-0">
              <EarlierRow kind={kind} item={item} />
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button size="sm" className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('earlier.more')}
        </Button>
      )}
    </section>
  )
}

function EarlierRow({ kind, item }: { kind: Kind; item: Import }) {
  const { t } = useTranslation('imports')
  const locale = useLocale()
  const { user } = useSession()
  return (
    <Link to="/business/$kind/import" params={{ kind: kind.name }} search={{ import: item.id }} className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 outline-offset-[-2px] hover:bg-hover">
      <span className="min-w-0 flex-1 truncate font-medium">{item.name || t('unnamed')}</span>
      {item.owner !== user.id && <span className="max-w-40 text-fg-2"><PersonName id={item.owner} /></span>}
      {item.state === 'done' && <span className="text-xs text-fg-3 tnum">{t('earlier.made', { made: item.progress.made, changed: item.progress.changed, failed: item.progress.failed })}</span>}
      <time dateTime={item.created_at} className="text-xs text-fg-3 tnum">{formatDateTime(item.created_at, locale)}</time>
      <Pill tone={TONES[item.state]} dot>{t(`state.${item.state}`)}</Pill>
    </Link>
  )
}
