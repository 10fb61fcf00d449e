import { useQuery } from '@tanstack/react-query'
import { Ellipsis, ListChecks, Pencil, Plus, Power, Trash2, Webhook } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKinds, useLabel } from '@/business/model/use-kinds'
import type { RecordHook } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { DeliveriesDialog } from '@/lib/webhooks/deliveries-dialog'
import { HookState } from '@/lib/webhooks/hook-state'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { Empty } from '@/ui/empty'
import { Menu, MenuItem } from '@/ui/menu'
import { Skeleton } from '@/ui/spinner'
import { changeHook, hookDeliveriesQuery, hooksQuery, removeHook, replayDeadOfHook, replayHook, useChange } from '../integrations-api'

const HookDialog = lazy(() => import('./hook-dialog'))

const KEY = ['webhooks'] as const

/** What a webhook is told of, in words. */
function useWantsText() {
  const { t } = useTranslation('integrations')
  const label = useLabel()
  const kinds = useKinds()
  return ({ wants }: RecordHook) => {
    const types = (wants.kinds ?? []).map((name) => label(kinds.find((kind) => kind.name === name)?.plural ?? name))
    const known = ['created', 'changed', 'deleted', 'restored', 'merged'] as const
    const events = (wants.events ?? []).map((name) => (known.some((one) => one === name) ? t(`event.${name}` as 'event.created') : name))
    const parts = [types.length > 0 ? types.join(', ') : t('hook.all_kinds'), events.length > 0 ? events.join(', ') : t('hook.all_events')]
    return [...parts, ...(wants.filter ? [t('hook.filtered')] : [])].join(' · ')
  }
}

function Deliveries({ hook, onClose }: { hook: RecordHook; onClose: () => void }) {
  const query = useQuery(hookDeliveriesQuery(hook.id))
  const again = useChange(KEY, (delivery: string) => replayHook(hook.id, delivery))
  const all = useChange(KEY, () => replayDeadOfHook(hook.id))
  return <DeliveriesDialog named name={hook.name} url={hook.url} query={query} busy={all.isPending} onReplay={(id) => again.mutate(id)} onReplayAll={() => all.mutate(undefined)} onClose={onClose} />
}

function HookRow({ hook, onEdit }: { hook: RecordHook; onEdit: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const wantsText = useWantsText()
  const [open, setOpen] = useState<'deliveries' | 'remove' | null>(null)
  const close = () => setOpen(null)
  const change = useChange(KEY, (active: boolean) => changeHook(hook.id, { active }))
  const remove = useChange(KEY, () => removeHook(hook.id), close)
  return (
    <li className="flex items-center gap-3 border-b px-4 py-2.5 hover:bg-hover sm:px-5">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{hook.name}</p>
        <p className="truncate text-fg-2">{wantsText(hook)}</p>
        <p className="truncate text-xs text-fg-3">{hook.url}</p>
        {!hook.fits && <p className="text-xs text-bad">{t('hook.unfit')}</p>}
        {hook.behind > 0 && <p className="text-xs text-fg-3">{t('hook.behind', { count: hook.behind })}</p>}
      </div>
      <HookState hook={hook} />
      <Menu trigger={<IconButton label={t('actions', { name: hook.name })} size="sm"><Ellipsis size={16} /></IconButton>}>
        <MenuItem icon={ListChecks} onSelect={() => setOpen('deliveries')}>{t('deliveries')}</MenuItem>
        <MenuItem icon={Pencil} onSelect={onEdit}>{t('hook.edit')}</MenuItem>
        <MenuItem icon={Power} onSelect={() => change.mutate(!hook.active)}>{hook.active ? t('switch_off') : t('switch_on')}</MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setOpen('remove')}>{t('remove')}</MenuItem>
      </Menu>
      {open === 'deliveries' && <Deliveries hook={hook} onClose={close} />}
      {open === 'remove' && (
        <ConfirmDialog
          open danger busy={remove.isPending} onClose={close} onConfirm={() => remove.mutate(undefined)}
          title={t('remove.title', { name: hook.name })} description={t('remove.out_text')} confirmLabel={t('remove')} cancelLabel={t('common:cancel')}
        />
      )}
    </li>
  )
}

/** Addresses that are told of what happens to records. */
export function WebhooksPage() {
  const { t } = useTranslation('integrations')
  const problemText = useProblemText()
  const [editing, setEditing] = useState<RecordHook | 'new' | null>(null)
  const { data, isPending, error } = useQuery(hooksQuery)
  usePageTitle(t('hooks'))
  const add = <Button tone="primary" onClick={() => setEditing('new')}><Plus aria-hidden size={16} />{t('hook.add')}</Button>
  return (
    <>
      <div className="sticky top-0 z-10 flex flex-wrap items-center gap-3 border-b bg-surface px-4 py-2.5 sm:px-5">
        <h1 className="flex-1 text-lg font-semibold">{t('hooks')}</h1>
        {data && data.items.length > 0 && add}
      </div>
      {isPending && <Skeleton className="m-5 h-40" />}
      {error && <p role="alert" className="p-5 text-bad">{problemText(error)}</p>}
      {data?.items.length === 0 && <Empty icon={Webhook} title={t('hooks.none')} text={t('hooks.text')}>{add}</Empty>}
      <ul aria-label={t('hooks')}>{data?.items.map((hook) => <HookRow key={hook.id} hook={hook} onEdit={() => setEditing(hook)} />)}</ul>
      <Suspense>{editing && <HookDialog hook={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}</Suspense>
    </>
  )
}
