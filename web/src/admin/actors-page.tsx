import { queryOptions, useQuery } from '@tanstack/react-query'
import { ChevronRight, Network, Pause, Play } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '@/lib/api/client'
import type { Actor } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Empty } from '@/ui/empty'
import { Pill, type PillTone } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'

const REFRESH_MS = 2000

const actorsQuery = queryOptions({
  queryKey: ['actors'],
  queryFn: () => unwrap(api.GET('/api/v1/admin/actors')),
  staleTime: 0,
})

export function toneOf(state: string): PillTone {
  if (/run|ready|open|active|up|idle|warm|live/i.test(state)) return 'ok'
  if (/start|load|wait|busy|recover|drain|stop/i.test(state)) return 'warn'
  return /fail|crash|dead|error/i.test(state) ? 'bad' : 'neutral'
}

const countActors = (actor: Actor): number => actor.children.reduce((sum, child) => sum + countActors(child), 1)

/** Figures of one value each; what is nested has no room in a row. */
function figuresOf(detail: unknown) {
  const fields = typeof detail === 'object' && detail !== null ? detail : {}
  return Object.entries(fields).filter(([, value]) => /^(string|number|boolean)$/.test(typeof value) && value !== '')
}

function Detail({ detail }: { detail: Actor['detail'] }) {
  const entries = figuresOf(detail)
  if (entries.length === 0) return <span className="flex-1 max-md:hidden" />
  return (
    <dl className="flex min-w-0 flex-1 gap-x-4 overflow-hidden text-xs whitespace-nowrap text-fg-3 max-md:hidden">
      {entries.map(([name, value]) => (
        <div key={name} className="flex gap-1.5">
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd className="text-fg-2 tnum">{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

type NodeProps = { actor: Actor; level: number; closed: ReadonlySet<string>; onToggle: (id: string) => void }

function ActorNode({ actor, level, closed, onToggle }: NodeProps) {
  const { t } = useTranslation('admin')
  const hasChildren = actor.children.length > 0
  const open = hasChildren && !closed.has(actor.id)
  return (
    <li role="treeitem" aria-level={level} aria-selected={false} aria-expanded={hasChildren ? open : undefined} aria-labelledby={`actor-${actor.id}`} tabIndex={-1} data-actor={actor.id} className="group/actor outline-none">
      <div
        id={`actor-${actor.id}`}
        style={{ paddingLeft: `${level * 20}px` }}
        onClick={() => hasChildren && onToggle(actor.id)}
        className="flex h-10 items-center gap-3 border-b pr-4 hover:bg-hover group-focus-visible/actor:bg-selected"
      >
        <ChevronRight aria-hidden size={15} className={cn('shrink-0 text-fg-3 transition-transform duration-100', open && 'rotate-90', !hasChildren && 'invisible')} />
        <span className="shrink-0 font-medium">{actor.kind}</span>
        <span className="max-w-64 truncate font-mono text-2xs text-fg-3 max-sm:hidden" title={actor.id}>{actor.id}</span>
        <Detail detail={actor.detail} />
        <span className="flex-1 md:hidden" />
        {actor.restarts > 0 && <span className="shrink-0 text-xs text-warn tnum">{t('restarts', { count: actor.restarts })}</span>}
        <Pill tone={toneOf(actor.state)} dot>{actor.state}</Pill>
      </div>
      {open && (
        <ul role="group">
          {actor.children.map((child) => (
            <ActorNode key={child.id} actor={child} level={level + 1} closed={closed} onToggle={onToggle} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** The keys of the tree pattern: arrows move, left closes, right opens. */
function onTreeKey(event: KeyboardEvent<HTMLElement>, toggle: (id: string) => void) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')]
  const here = items.indexOf(document.activeElement as HTMLElement)
  const item = items[here]
  const expanded = item?.getAttribute('aria-expanded')
  const id = item?.dataset.actor ?? ''
  const moves: Record<string, () => void> = {
    ArrowDown: () => items[here + 1]?.focus(),
    ArrowUp: () => items[here - 1]?.focus(),
    Home: () => items[0]?.focus(),
    End: () => items.at(-1)?.focus(),
    ArrowRight: () => (expanded === 'false' ? toggle(id) : items[here + 1]?.focus()),
    ArrowLeft: () => (expanded === 'true' ? toggle(id) : item?.parentElement?.closest<HTMLElement>('[role="treeitem"]')?.focus()),
    Enter: () => expanded && toggle(id),
  }
  const move = moves[event.key]
  if (!move) return
  event.preventDefault()
  move()
}

export function ActorsPage() {
  const { t } = useTranslation('admin')
  const problemText = useProblemText()
  const [live, setLive] = useState(true)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const { data, error, isPending } = useQuery({ ...actorsQuery, refetchInterval: live ? REFRESH_MS : false })
  usePageTitle(t('actors'))
  const toggle = (id: string) => setClosed((old) => (old.has(id) ? new Set([...old].filter((entry) => entry !== id)) : new Set([...old, id])))
  const Icon = live ? Pause : Play
  return (
    <>
      <div className="sticky top-0 z-10 flex items-center gap-3 border-b bg-surface px-4 py-2.5 sm:px-5">
        <h1 className="text-lg font-semibold">{t('actors')}</h1>
        {data && <span className="text-fg-3 tnum">{t('actors.count', { count: countActors(data) })}</span>}
        <span className="flex-1" />
        {live && !error && <Pill tone="ok" dot className="[&>span]:animate-pulse">{t('actors.live')}</Pill>}
        <Button size="sm" onClick={() => setLive(!live)}>
          <Icon aria-hidden size={14} />
          {live ? t('actors.pause') : t('actors.resume')}
        </Button>
      </div>
      <p className="border-b bg-sunken px-4 py-2 text-xs text-fg-2 sm:px-5">{t('actors.text')}</p>
      {isPending && <Skeleton className="m-5 h-40" />}
      {error && !data && <Empty icon={Network} title={t('actors.none')} text={problemText(error)} />}
      {data && (
        <ul
          role="tree"
          aria-label={t('actors')}
          tabIndex={0}
          onFocus={(event) => event.target === event.currentTarget && event.currentTarget.querySelector<HTMLElement>('[role="treeitem"]')?.focus()}
          onKeyDown={(event) => onTreeKey(event, toggle)}
          className="pb-8"
        >
          <ActorNode actor={data} level={1} closed={closed} onToggle={toggle} />
        </ul>
      )}
    </>
  )
}
