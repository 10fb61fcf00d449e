import { useNavigate } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Bookmark, ChevronDown, Copy, Link2, Pencil, Pin, PinOff, Save, Trash2, Undo2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordAudience, RecordTeam, RecordView } from '@/lib/api/types'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '@/ui/menu'
import { tip } from '@/ui/tooltip'
import { kindParams, type ListSearch, type ViewName } from '../model/addresses'
import { isChanged, lookOf, NO_VIEW } from '../model/saved-views'
import type { Filter, Kind } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { useViewChanges } from './use-view-changes'

const ViewDialog = lazy(() => import('./view-dialog'))
const RemoveView = lazy(() => import('./remove-view'))

export type MenuProps = {
  kind: Kind
  /** What the address says by itself. */
  address: ListSearch
  /** What is shown: the saved view, and what the address says otherwise. */
  shown: ListSearch
  saved: RecordView | undefined
  views: readonly RecordView[]
  teams: readonly RecordTeam[]
  layout: ViewName
  columns: readonly string[]
  also: readonly Filter[]
}

const AUDIENCES: readonly RecordAudience[] = ['me', 'team', 'everyone']

/** Which view of the list is looked at, and everything that can be done with views. */
export default function ViewMenu(props: MenuProps) {
  const { kind, address, shown, saved, views, layout, columns, also } = props
  const { t } = useTranslation('business')
  const label = useLabel()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<'new' | 'copy' | 'edit' | 'remove' | null>(null)
  const changes = useViewChanges(kind)
  const all = t('saved.all', { kind: label(kind.plural) })
  const changed = saved !== undefined && isChanged(address, saved)
  const open = (view: string) => void navigate({ to: '/business/$kind', params: { kind: kind.name }, search: { saved: view } })
  const look = () => lookOf(shown, layout, also, columns)
  const close = () => setAsked(null)
  const trigger = (
    <Button tone="quiet" className="max-w-40 min-w-0 px-2 sm:max-w-52" aria-label={t('saved.shown', { view: saved?.name ?? all })}>
      <Bookmark aria-hidden size={15} strokeWidth={1.75} className={cn('shrink-0', saved ? 'fill-current text-accent-text' : 'text-fg-3')} />
      <span className="truncate">{saved?.name ?? all}</span>
      {changed && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-warn" />}
      <ChevronDown aria-hidden size={14} className="shrink-0 text-fg-3" />
    </Button>
  )
  return (
    <div className="flex min-w-0 items-center gap-1">
      <Menu trigger={trigger} align="start" className="max-h-[70dvh] w-64 overflow-y-auto">
        <MenuRadio label={t('saved')} value={saved?.id ?? NO_VIEW} options={[{ value: NO_VIEW, label: all }]} onChange={open} />
        {AUDIENCES.map((audience) => {
          const here = views.filter((view) => view.audience === audience)
          return here.length > 0 && <MenuRadio key={audience} label={t(`saved.of.${audience}`)} value={saved?.id ?? NO_VIEW} options={here.map(({ id, name, opens }) => ({ value: id, label: name, icon: opens ? Pin : Bookmark }))} onChange={open} />
        })}
        <MenuSeparator />
        <MenuItem icon={Save} onSelect={() => setAsked('new')}>{t('saved.new')}</MenuItem>
        {saved && <OwnItems {...props} saved={saved} changed={changed} changes={changes} onAsk={setAsked} onSave={() => void changes.change(saved, { look: look() }).then((kept) => kept && open(saved.id))} onDiscard={() => open(saved.id)} />}
      </Menu>
      {changed && saved.may_change && (
        <Button size="sm" busy={changes.busy} onClick={() => void changes.change(saved, { look: look() }).then((kept) => kept && open(saved.id))} {...tip(t('saved.save_hint', { view: saved.name }))}>
          {t('saved.save')}
        </Button>
      )}
      {saved && saved.lost.length > 0 && (
        <span role="status" title={saved.lost.join(', ')} className="truncate rounded-md bg-warn-soft px-1.5 text-xs leading-6 text-warn">
          {t('saved.lost', { count: saved.lost.length })}
        </span>
      )}
      <Suspense>
        {(asked === 'new' || asked === 'copy') && <ViewDialog {...props} from={asked === 'copy' ? saved : undefined} look={look()} onClose={close} onDone={open} />}
        {asked === 'edit' && saved && <ViewDialog {...props} edited={saved} look={look()} onClose={close} onDone={open} />}
        {asked === 'remove' && saved && <RemoveView kind={kind} view={saved} onClose={close} onDone={() => open(NO_VIEW)} />}
      </Suspense>
    </div>
  )
}

type OwnProps = MenuProps & {
  saved: RecordView
  changed: boolean
  changes: ReturnType<typeof useViewChanges>
  onAsk: (what: 'copy' | 'edit' | 'remove') => void
  onSave: () => void
  onDiscard: () => void
}

/** What can be done with the view that is looked at. */
function OwnItems({ kind, saved, views, changed, changes, onAsk, onSave, onDiscard }: OwnProps) {
  const { t } = useTranslation('business')
  const beside = views.filter(({ audience, team }) => audience === saved.audience && team === saved.team)
  const place = beside.findIndex(({ id }) => id === saved.id)
  const address = () => `${window.location.origin}/business/${kindParams.stringify({ kind: kind.name }).kind}?saved=${saved.id}`
  return (
    <>
      {changed && saved.may_change && <MenuItem icon={Save} onSelect={onSave}>{t('saved.save')}</MenuItem>}
      {changed && <MenuItem icon={Undo2} onSelect={onDiscard}>{t('saved.discard')}</MenuItem>}
      {saved.may_change && <MenuItem icon={Pencil} onSelect={() => onAsk('edit')}>{t('saved.edit')}</MenuItem>}
      <MenuItem icon={Copy} onSelect={() => onAsk('copy')}>{t('saved.copy')}</MenuItem>
      <MenuItem icon={Link2} onSelect={() => void changes.copyLink(address())}>{t('saved.link')}</MenuItem>
      {saved.may_change && (
        <>
          <MenuItem icon={saved.opens ? PinOff : Pin} onSelect={() => void changes.change(saved, { opens: !saved.opens })}>{t(saved.opens ? 'saved.opens_not' : 'saved.opens')}</MenuItem>
          {place > 0 && <MenuItem icon={ArrowUp} onSelect={() => void changes.change(saved, { place: place - 1 })}>{t('saved.up')}</MenuItem>}
          {place < beside.length - 1 && <MenuItem icon={ArrowDown} onSelect={() => void changes.change(saved, { place: place + 1 })}>{t('saved.down')}</MenuItem>}
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={() => onAsk('remove')}>{t('saved.remove')}</MenuItem>
        </>
      )}
    </>
  )
}
