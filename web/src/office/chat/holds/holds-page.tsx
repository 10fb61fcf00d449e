import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, Plus, Scale } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatHold } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { ConfirmDialog } from '@/ui/dialog'
import { Empty } from '@/ui/empty'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { AuditList } from '../moderation/audit-list'
import { exportUrl, holdAuditQuery, holdsQuery, releaseHold } from './api'
import HoldDialog from './hold-dialog'

function useSpan(hold: ChatHold) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const { from, until } = hold
  if (from && until) return t('hold.span', { from: formatDateTime(from, language), until: formatDateTime(until, language) })
  if (from) return t('hold.since', { from: formatDateTime(from, language) })
  return until ? t('hold.upto', { until: formatDateTime(until, language) }) : t('hold.always')
}

function HoldCard({ hold, onRelease }: { hold: ChatHold; onRelease: () => void }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  const span = useSpan(hold)
  const released = hold.released_at !== null
  const rooms = hold.rooms.map(({ id, name }) => ({ id, name: name ? `#${name}` : t('case.conversation') }))
  const subjects = [...hold.people, ...rooms]
  return (
    <li className={cn('rounded-lg bg-surface p-4 shadow-1 dark:bg-raised', released && 'opacity-80')}>
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-base font-semibold">{hold.name}</h2>
        <Pill tone={released ? 'neutral' : 'warn'} dot>{released ? t('hold.released') : t('hold.in_force')}</Pill>
      </div>
      <p className="mt-1 whitespace-pre-wrap text-fg-2">{hold.reason}</p>
      <ul aria-label={t('hold.covers')} className="mt-3 flex flex-wrap gap-1.5">
        {subjects.map(({ id, name }) => <li key={id} className="flex h-6 items-center rounded-full bg-press px-2.5 text-xs font-medium">{name ?? '…'}</li>)}
      </ul>
      <p className="mt-3 text-xs text-fg-3">
        {span}
        <br />
        {t('hold.placed_by', { name: hold.created_name ?? t('someone'), time: formatDateTime(hold.created_at, language) })}
        {hold.released_at && <><br />{t('hold.released_by', { name: hold.released_name ?? t('someone'), time: formatDateTime(hold.released_at, language) })}</>}
      </p>
      {!released && (
        <div className="mt-3 flex flex-wrap gap-2">
          <a href={exportUrl(hold.id)} download={`${hold.name}.ndjson`} className="inline-flex h-8 items-center gap-1.5 rounded-md bg-raised px-3 font-medium shadow-1 hover:bg-sunken dark:hover:bg-press"><Download aria-hidden size={15} />{t('hold.export')}</a>
          <Button tone="quiet" onClick={onRelease}>{t('hold.release')}</Button>
        </div>
      )}
    </li>
  )
}

function Audit() {
  const { t } = useTranslation('chat')
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery(holdAuditQuery)
  if (!data) return <Skeleton className="h-24" />
  return (
    <section aria-label={t('audit')}>
      <h2 className="mb-2 font-semibold">{t('audit')}</h2>
      <AuditList entries={data.pages.flatMap(({ items }) => items)} />
      {hasNextPage && <Button className="mt-3" onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </section>
  )
}

/** What may not be destroyed while a court or an authority may ask for it. */
export function HoldsPage() {
  const { t } = useTranslation(['chat', 'common'])
  const client = useQueryClient()
  const problemText = useProblemText()
  const { data, error, isPending } = useQuery(holdsQuery)
  const [placing, setPlacing] = useState(false)
  const [releasing, setReleasing] = useState<ChatHold | null>(null)
  const [busy, setBusy] = useState(false)
  usePageTitle(t('holds'))
  async function release(hold: ChatHold) {
    setBusy(true)
    try {
      await releaseHold(hold.id)
    } catch (fault) {
      notify(problemText(fault), { tone: 'bad' })
    }
    setBusy(false)
    setReleasing(null)
    await client.invalidateQueries({ queryKey: ['chat', 'holds'] })
  }
  return (
    <div className="min-h-full bg-bg">
      <header className="sticky top-0 z-10 flex items-center gap-3 border-b bg-surface px-4 py-2.5 sm:px-5">
        <h1 className="flex-1 text-lg font-semibold">{t('holds')}</h1>
        <Button tone="primary" onClick={() => setPlacing(true)}><Plus aria-hidden size={16} />{t('hold.new')}</Button>
      </header>
      <div className="mx-auto flex max-w-3xl flex-col gap-6 px-4 py-5">
        <p className="text-fg-2">{t('holds.text')}</p>
        {isPending && <Skeleton className="h-40" />}
        {error && <p role="alert" className="text-bad">{problemText(error)}</p>}
        {data?.holds.length === 0 && <Empty icon={Scale} title={t('holds.none')} text={t('holds.none_text')} />}
        {data && data.holds.length > 0 && <ul className="flex flex-col gap-3">{data.holds.map((hold) => <HoldCard key={hold.id} hold={hold} onRelease={() => setReleasing(hold)} />)}</ul>}
        {data && data.holds.length > 0 && <Audit />}
      </div>
      {placing && <HoldDialog onClose={() => setPlacing(false)} />}
      {releasing && (
        <ConfirmDialog
          open
          danger
          busy={busy}
          onClose={() => setReleasing(null)}
          onConfirm={() => void release(releasing)}
          title={t('hold.release_title', { name: releasing.name })}
          description={t('hold.release_text')}
          confirmLabel={t('hold.release')}
          cancelLabel={t('common:cancel')}
        />
      )}
    </div>
  )
}
