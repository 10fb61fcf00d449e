import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight, FilePlus2, FileText, NotebookPen, Search, Sparkles, Target, UserPlus, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatAgo, formatDay } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { usePermission, useSession } from '@/lib/session'
import { documentsQuery } from '@/office/documents/api'
import type { TemplateName } from '@/office/documents/template-names'
import { useNewDocument } from '@/office/documents/use-new-document'
import { Avatar } from '@/ui/avatar'
import { Empty } from '@/ui/empty'
import { Keys } from '@/ui/kbd'
import { Skeleton } from '@/ui/spinner'

const RECENT = 6

function partOfDay(hour: number) {
  if (hour < 5 || hour >= 18) return 'evening'
  return hour < 12 ? 'morning' : 'afternoon'
}

function Greeting() {
  const { t } = useTranslation('shell')
  const { user } = useSession()
  const language = useLocale()
  const now = new Date()
  const name = user.name.split(' ')[0] ?? user.name
  return (
    <div>
      <h1 className="text-2xl font-semibold tracking-tight">{t(`greeting.${partOfDay(now.getHours())}`, { name })}</h1>
      <p className="mt-0.5 text-base text-fg-3">{formatDay(now, language)}</p>
    </div>
  )
}

type StartProps = { icon: LucideIcon; tone: string; title: string; text: string; onClick: () => void; busy: boolean }

function StartCard({ icon: Icon, tone, title, text, onClick, busy }: StartProps) {
  return (
    <button
      type="button"
      disabled={busy}
      onClick={onClick}
      className="flex items-center gap-3.5 rounded-lg bg-surface p-3.5 text-left shadow-1 transition-shadow hover:shadow-2 disabled:opacity-60 sm:flex-col sm:items-start sm:p-4 dark:bg-raised"
    >
      <span className={`flex size-9 shrink-0 items-center justify-center rounded-md ${tone}`}>
        <Icon aria-hidden size={18} strokeWidth={1.75} />
      </span>
      <span>
        <span className="block font-semibold">{title}</span>
        <span className="mt-0.5 block text-xs text-fg-3">{text}</span>
      </span>
    </button>
  )
}

function StartCards() {
  const { t } = useTranslation('documents')
  const newDocument = useNewDocument()
  const templates: { name?: TemplateName; icon: LucideIcon; tone: string; title: string; text: string }[] = [
    { icon: FilePlus2, tone: 'bg-accent-soft text-accent-text', title: t('start.blank'), text: t('start.blank_text') },
    { name: 'meeting', icon: NotebookPen, tone: 'bg-ok-soft text-ok', title: t('template.meeting'), text: t('start.meeting_text') },
    { name: 'brief', icon: Target, tone: 'bg-warn-soft text-warn', title: t('template.brief'), text: t('start.brief_text') },
    { name: 'tour', icon: Sparkles, tone: 'bg-plum-soft text-plum', title: t('start.tour'), text: t('start.tour_text') },
  ]
  return (
    <section aria-label={t('start')} className="grid gap-2.5 sm:grid-cols-2 sm:gap-4 lg:grid-cols-4">
      {templates.map(({ name, ...card }) => (
        <StartCard key={card.title} {...card} busy={newDocument.isPending} onClick={() => newDocument.open(name)} />
      ))}
    </section>
  )
}

function RecentDocuments() {
  const { t } = useTranslation(['shell', 'documents'])
  const language = useLocale()
  const { data, isPending } = useInfiniteQuery(documentsQuery())
  const documents = (data?.pages[0]?.items ?? []).slice(0, RECENT)
  return (
    <section aria-labelledby="recent" className="overflow-hidden rounded-lg bg-surface shadow-1 lg:col-span-2 dark:bg-raised">
      <div className="flex h-12 items-center justify-between border-b pr-2 pl-4">
        <h2 id="recent" className="font-semibold">
          {t('recent')}
        </h2>
        <Link to="/documents" className="flex items-center gap-1 rounded-md px-2 py-1 text-xs font-medium text-fg-2 hover:bg-hover">
          {t('recent.all')}
          <ArrowRight aria-hidden size={14} />
        </Link>
      </div>
      {isPending && <RecentSkeleton />}
      {!isPending && documents.length === 0 && (
        <Empty icon={FileText} title={t('documents:empty.title')} text={t('documents:empty.text')} />
      )}
      <ul>
        {documents.map(({ id, title, owner, updated_at }) => (
          <li key={id} className="border-b last:border-0">
            <Link
              to="/documents/$documentId"
              params={{ documentId: id }}
              search={{}}
              className="flex h-11 items-center gap-3 px-4 outline-offset-[-2px] hover:bg-hover"
            >
              <FileText aria-hidden size={17} strokeWidth={1.75} className="shrink-0 text-info" />
              <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
              <span className="hidden w-40 items-center gap-2 text-fg-2 sm:flex">
                <Avatar id={owner.id} name={owner.name} size="xs" />
                <span className="truncate">{owner.name}</span>
              </span>
              <span className="w-24 shrink-0 text-right text-fg-3 tnum">{formatAgo(updated_at, language)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

const RecentSkeleton = () => (
  <div className="flex flex-col gap-3 p-4">
    {[0, 1, 2].map((row) => (
      <Skeleton key={row} className="h-5" />
    ))}
  </div>
)

function Hints() {
  const { t } = useTranslation('shell')
  const mayAdd = usePermission('people.manage')
  const hints = [
    { icon: Search, text: t('hint.palette'), keys: ['Mod', 'K'] },
    { icon: FilePlus2, text: t('hint.new'), keys: ['C'] },
    { icon: Sparkles, text: t('hint.slash'), keys: ['/'] },
  ]
  return (
    <section aria-labelledby="hints" className="rounded-lg bg-surface p-4 shadow-1 dark:bg-raised">
      <h2 id="hints" className="mb-2 font-semibold">
        {t('hints')}
      </h2>
      <ul className="max-sm:hidden">
        {hints.map(({ icon: Icon, text, keys }) => (
          <li key={text} className="flex items-center gap-3 py-2">
            <Icon aria-hidden size={16} strokeWidth={1.75} className="shrink-0 text-fg-3" />
            <span className="flex-1 text-fg-2">{text}</span>
            <Keys keys={keys} />
          </li>
        ))}
      </ul>
      {mayAdd && (
        <Link
          to="/admin/people"
          className="mt-2 flex items-center justify-center gap-2 rounded-md py-2 font-medium text-accent-text shadow-1 hover:bg-hover"
        >
          <UserPlus aria-hidden size={16} strokeWidth={1.75} />
          {t('hint.invite')}
        </Link>
      )}
    </section>
  )
}

export function HomePage() {
  const { t } = useTranslation('common')
  const mayCreate = usePermission('documents.create')
  usePageTitle(t('nav.home'))
  return (
    <div className="h-full overflow-y-auto bg-bg">
      <div className="mx-auto flex max-w-6xl flex-col gap-5 px-4 py-7 sm:px-8">
        <Greeting />
        {mayCreate && <StartCards />}
        <div className="grid items-start gap-4 lg:grid-cols-3">
          <RecentDocuments />
          <Hints />
        </div>
      </div>
    </div>
  )
}
