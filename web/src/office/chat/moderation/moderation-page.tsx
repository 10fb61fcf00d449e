import { useInfiniteQuery } from '@tanstack/react-query'
import { Flag } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import { auditQuery, casesQuery } from './api'
import { AuditList } from './audit-list'
import { CaseRow } from './case-row'
import { Sanctions } from './sanctions'
import { MODERATION_TABS, type ModerationTab } from './tabs'




function Cases({ resolved, chosen }: { resolved: boolean; chosen?: string }) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const { data, error, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery(casesQuery(resolved))
  const cases = data?.pages.flatMap(({ items }) => items) ?? []
  if (isPending) return <Skeleton className="h-40" />
  if (error) return <p role="alert" className="text-bad">{problemText(error)}</p>
  if (cases.length === 0) return <Empty icon={Flag} title={t(resolved ? 'case.none_decided' : 'case.none')} text={t('case.none_text')} />
  return (
    <>
      <ul className="flex flex-col gap-3">{cases.map((found) => <CaseRow key={found.id} found={found} defaultOpen={found.id === chosen} />)}</ul>
      {hasNextPage && <Button className="mt-3 self-center" onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </>
  )
}

function Audit() {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const { data, error, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery(auditQuery)
  if (isPending) return <Skeleton className="h-40" />
  if (error) return <p role="alert" className="text-bad">{problemText(error)}</p>
  return (
    <>
      <AuditList entries={data.pages.flatMap(({ items }) => items)} />
      {hasNextPage && <Button className="mt-3 self-center" onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </>
  )
}

/** What was reported, who may not write or be where, and what moderators did. */
export function ModerationPage({ tab, chosen }: { tab: ModerationTab; chosen?: string }) {
  const { t } = useTranslation('chat')
  usePageTitle(t('moderation'))
  return (
    <div className="min-h-full bg-bg">
      <header className="sticky top-0 z-10 border-b bg-surface px-4 pt-2.5 sm:px-5">
        <h1 className="text-lg font-semibold">{t('moderation')}</h1>
        <nav aria-label={t('moderation')} className="-mb-px flex gap-4 overflow-x-auto [scrollbar-width:none]">
          {MODERATION_TABS.map((name) => (
            <Link
              key={name}
              to="/admin/moderation"
              search={{ tab: name }}
              aria-current={tab === name ? 'page' : undefined}
              className="flex h-10 items-center border-b-2 border-transparent font-medium whitespace-nowrap text-fg-2 outline-offset-[-2px] hover:text-fg aria-[current=page]:border-accent aria-[current=page]:text-accent-text"
            >
              {t(`moderation.${name}`)}
            </Link>
          ))}
        </nav>
      </header>
      <div className="mx-auto flex max-w-3xl flex-col px-4 py-5">
        {tab === 'open' && <Cases resolved={false} chosen={chosen} />}
        {tab === 'decided' && <Cases resolved chosen={chosen} />}
        {tab === 'people' && <Sanctions />}
        {tab === 'audit' && <Audit />}
      </div>
    </div>
  )
}
