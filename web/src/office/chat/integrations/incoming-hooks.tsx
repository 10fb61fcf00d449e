import { Ellipsis, KeyRound, ShieldCheck, Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatIncomingHook } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog, Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { Menu, MenuItem } from '@/ui/menu'
import { SecretOnce } from '@/ui/secret-once'
import { EmojiFace } from '../emoji/emoji-face'
import { addIncoming, regenerate, removeIncoming, useHookChange, type IncomingChange } from './api'

function Once({ hook, onClose }: { hook: ChatIncomingHook; onClose: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  return (
    <div className="flex flex-col gap-4">
      <p className="text-fg-2">{t('once')}</p>
      {hook.url && <SecretOnce label={t('url')} value={hook.url} hint={t('url.hint')} />}
      {hook.secret && <SecretOnce label={t('secret')} value={hook.secret} hint={t('secret.hint')} />}
      <Button tone="primary" className="self-end" onClick={onClose}>{t('common:done')}</Button>
    </div>
  )
}

export function IncomingDialog({ room, onClose }: { room: string; onClose: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const [made, setMade] = useState<ChatIncomingHook | null>(null)
  const [signed, setSigned] = useState(false)
  const add = useHookChange(room, (body: IncomingChange) => addIncoming(room, body), setMade)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    add.mutate({ name: String(form.get('name')).trim(), icon: String(form.get('icon')).trim(), signed })
  }
  return (
    <Dialog open onClose={onClose} title={made ? t('made', { name: made.name }) : t('incoming.add')} closeLabel={t('common:close')}>
      {made ? <Once hook={made} onClose={onClose} /> : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <TextField label={t('name')} name="name" required autoFocus maxLength={80} hint={t('name.hint')} />
          <TextField label={t('icon')} name="icon" maxLength={60} placeholder="🚀" hint={t('icon.hint')} />
          <label className="flex items-start gap-2.5">
            <input type="checkbox" className="mt-0.5 size-4 accent-(--accent)" checked={signed} onChange={(event) => setSigned(event.target.checked)} />
            <span>{t('signed')}<span className="block text-xs text-fg-3">{t('signed.hint')}</span></span>
          </label>
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t('common:cancel')}</Button>
            <Button type="submit" tone="primary" busy={add.isPending}>{t('make')}</Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

export function IncomingRow({ room, hook }: { room: string; hook: ChatIncomingHook }) {
  const { t } = useTranslation(['integrations', 'common'])
  const language = useLocale()
  const [open, setOpen] = useState<'renew' | 'remove' | null>(null)
  const [made, setMade] = useState<ChatIncomingHook | null>(null)
  const close = () => setOpen(null)
  const renew = useHookChange(room, () => regenerate(room, hook.id), (got) => { setMade(got); close() })
  const remove = useHookChange(room, () => removeIncoming(room, hook.id), close)
  return (
    <li className="flex items-center gap-3 rounded-lg border px-3 py-2">
      <span className="flex size-8 shrink-0 items-center justify-center rounded-lg bg-press text-lg">{hook.icon ? <EmojiFace emoji={hook.icon} /> : <KeyRound aria-hidden size={15} className="text-fg-3" />}</span>
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5 font-medium"><span className="truncate">{hook.name}</span>{hook.signed && <ShieldCheck aria-label={t('signed.mark')} size={14} className="shrink-0 text-ok" />}</p>
        <p className="truncate text-xs text-fg-3">{hook.used_at ? t('used', { time: formatDateTime(hook.used_at, language) }) : t('unused')}</p>
      </div>
      <Menu trigger={<IconButton label={t('actions', { name: hook.name })} size="sm"><Ellipsis size={16} /></IconButton>}>
        <MenuItem icon={KeyRound} onSelect={() => setOpen('renew')}>{t('renew')}</MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setOpen('remove')}>{t('remove')}</MenuItem>
      </Menu>
      {open && (
        <ConfirmDialog
          open danger={open === 'remove'} busy={renew.isPending || remove.isPending} onClose={close}
          onConfirm={() => (open === 'renew' ? renew.mutate(undefined) : remove.mutate(undefined))}
          title={t(`${open}.title`, { name: hook.name })} description={t(`${open}.text`)} confirmLabel={t(open)} cancelLabel={t('common:cancel')}
        />
      )}
      {made && <Dialog open onClose={() => setMade(null)} title={t('made', { name: hook.name })} closeLabel={t('common:close')}><Once hook={made} onClose={() => setMade(null)} /></Dialog>}
    </li>
  )
}
