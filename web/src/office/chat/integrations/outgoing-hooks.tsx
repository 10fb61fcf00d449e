import { Ellipsis, ListChecks, Power, Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatOutgoingHook } from '@/lib/api/types'
import { HookState } from '@/lib/webhooks/hook-state'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog, Dialog } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { Menu, MenuItem } from '@/ui/menu'
import { SecretOnce } from '@/ui/secret-once'
import { addOutgoing, changeOutgoing, removeOutgoing, useHookChange, type NewOutgoing } from './api'
import { Deliveries } from './deliveries'

export function OutgoingDialog({ room, onClose }: { room: string; onClose: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const [made, setMade] = useState<ChatOutgoingHook | null>(null)
  const add = useHookChange(room, (body: NewOutgoing) => addOutgoing(room, body), setMade)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const triggers = text('triggers').split(/[\s,]+/).filter((word) => word !== '')
    add.mutate({ name: text('name'), url: text('url'), icon: text('icon'), format: text('format') === 'json' ? 'json' : 'form', triggers })
  }
  return (
    <Dialog open onClose={onClose} title={made ? t('made', { name: made.name }) : t('outgoing.add')} closeLabel={t('common:close')}>
      {made ? (
        <div className="flex flex-col gap-4">
          <p className="text-fg-2">{t('once')}</p>
          {made.secret && <SecretOnce label={t('secret')} value={made.secret} hint={t('secret.out_hint')} />}
          {made.token && made.format === 'form' && <SecretOnce label={t('token')} value={made.token} hint={t('token.hint')} />}
          <Button tone="primary" className="self-end" onClick={onClose}>{t('common:done')}</Button>
        </div>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <TextField label={t('name')} name="name" required autoFocus maxLength={80} hint={t('name.out_hint')} />
          <TextField label={t('url')} name="url" type="url" required maxLength={2000} placeholder="https://" />
          <TextField label={t('triggers')} name="triggers" hint={t('triggers.hint')} />
          <SelectField label={t('format')} name="format" hint={t('format.hint')}>
            <option value="form">{t('format.form')}</option>
            <option value="json">{t('format.json')}</option>
          </SelectField>
          <TextField label={t('icon')} name="icon" maxLength={60} placeholder="🚀" hint={t('icon.hint')} />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t('common:cancel')}</Button>
            <Button type="submit" tone="primary" busy={add.isPending}>{t('make')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

export function OutgoingRow({ room, hook }: { room: string; hook: ChatOutgoingHook }) {
  const { t } = useTranslation(['integrations', 'common'])
  const [open, setOpen] = useState<'deliveries' | 'remove' | null>(null)
  const close = () => setOpen(null)
  const change = useHookChange(room, (active: boolean) => changeOutgoing(room, hook.id, { active }))
  const remove = useHookChange(room, () => removeOutgoing(room, hook.id), close)
  return (
    <li className="rounded-lg border px-3 py-2">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{hook.name}</span>
        <HookState hook={hook} />
        <Menu trigger={<IconButton label={t('actions', { name: hook.name })} size="sm"><Ellipsis size={16} /></IconButton>}>
          <MenuItem icon={ListChecks} onSelect={() => setOpen('deliveries')}>{t('deliveries')}</MenuItem>
          <MenuItem icon={Power} onSelect={() => change.mutate(!hook.active)}>{hook.active ? t('switch_off') : t('switch_on')}</MenuItem>
          <MenuItem icon={Trash2} danger onSelect={() => setOpen('remove')}>{t('remove')}</MenuItem>
        </Menu>
      </div>
      <p className="truncate text-xs text-fg-3">{hook.url}</p>
      <p className="truncate text-xs text-fg-3">{hook.triggers.length > 0 ? t('triggers.of', { words: hook.triggers.join(', ') }) : t('triggers.none')}</p>
      {hook.dropped > 0 && <p className="text-xs text-bad">{t('dropped', { count: hook.dropped })}</p>}
      {open === 'deliveries' && <Deliveries room={room} hook={hook} onClose={close} />}
      {open === 'remove' && (
        <ConfirmDialog
          open danger busy={remove.isPending} onClose={close} onConfirm={() => remove.mutate(undefined)}
          title={t('remove.title', { name: hook.name })} description={t('remove.out_text')} confirmLabel={t('remove')} cancelLabel={t('common:cancel')}
        />
      )}
    </li>
  )
}
