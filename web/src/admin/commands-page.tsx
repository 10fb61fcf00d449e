import { useQuery } from '@tanstack/react-query'
import { Ellipsis, Plus, Power, SquareSlash, Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatCustomCommand } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog, Dialog } from '@/ui/dialog'
import { Empty } from '@/ui/empty'
import { TextField } from '@/ui/field'
import { Menu, MenuItem } from '@/ui/menu'
import { Pill } from '@/ui/pill'
import { SecretOnce } from '@/ui/secret-once'
import { Skeleton } from '@/ui/spinner'
import { addCommand, changeCommand, customCommandsQuery, removeCommand, useChange, type CommandChange } from './integrations-api'

const KEY = ['chat', 'commands'] as const

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const [made, setMade] = useState<ChatCustomCommand | null>(null)
  const add = useChange(KEY, (body: CommandChange) => addCommand(body), setMade)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    add.mutate({ name: text('name'), url: text('url'), description: text('description'), hint: text('hint'), icon: text('icon') })
  }
  return (
    <Dialog open onClose={onClose} title={made ? t('made', { name: `/${made.name}` }) : t('command.add')} closeLabel={t('common:close')}>
      {made ? (
        <div className="flex flex-col gap-4">
          <p className="text-fg-2">{t('once')}</p>
          {made.secret && <SecretOnce label={t('secret')} value={made.secret} hint={t('secret.out_hint')} />}
          {made.token && <SecretOnce label={t('token')} value={made.token} hint={t('token.hint')} />}
          <Button tone="primary" className="self-end" onClick={onClose}>{t('common:done')}</Button>
        </div>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <TextField label={t('command')} name="name" required autoFocus maxLength={33} placeholder="/deploy" />
          <TextField label={t('url')} name="url" type="url" required maxLength={2000} placeholder="https://" hint={t('command.url_hint')} />
          <TextField label={t('description')} name="description" maxLength={200} />
          <TextField label={t('command.hint')} name="hint" maxLength={100} placeholder="[service]" hint={t('command.hint_hint')} />
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

function CommandRow({ command }: { command: ChatCustomCommand }) {
  const { t } = useTranslation(['integrations', 'common'])
  const [removing, setRemoving] = useState(false)
  const change = useChange(KEY, (active: boolean) => changeCommand(command.id, { active }))
  const remove = useChange(KEY, () => removeCommand(command.id), () => setRemoving(false))
  const name = `/${command.name}`
  return (
    <li className="flex items-center gap-3 border-b px-4 py-2.5 hover:bg-hover sm:px-5">
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2"><span className="font-mono font-medium">{name}</span><span className="truncate text-fg-3">{command.hint}</span></p>
        {command.description && <p className="truncate text-fg-2">{command.description}</p>}
        <p className="truncate text-xs text-fg-3">{command.url}</p>
      </div>
      <Pill tone={command.active ? 'ok' : 'neutral'} dot>{command.active ? t('on') : t('off')}</Pill>
      <Menu trigger={<IconButton label={t('actions', { name })} size="sm"><Ellipsis size={16} /></IconButton>}>
        <MenuItem icon={Power} onSelect={() => change.mutate(!command.active)}>{command.active ? t('switch_off') : t('switch_on')}</MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setRemoving(true)}>{t('remove')}</MenuItem>
      </Menu>
      {removing && (
        <ConfirmDialog
          open danger busy={remove.isPending} onClose={() => setRemoving(false)} onConfirm={() => remove.mutate(undefined)}
          title={t('remove.title', { name })} description={t('command.remove_text')} confirmLabel={t('remove')} cancelLabel={t('common:cancel')}
        />
      )}
    </li>
  )
}

export function CommandsPage() {
  const { t } = useTranslation('integrations')
  const problemText = useProblemText()
  const [adding, setAdding] = useState(false)
  const { data, isPending, error } = useQuery(customCommandsQuery)
  usePageTitle(t('commands'))
  const add = <Button tone="primary" onClick={() => setAdding(true)}><Plus aria-hidden size={16} />{t('command.add')}</Button>
  return (
    <>
      <div className="sticky top-0 z-10 flex flex-wrap items-center gap-3 border-b bg-surface px-4 py-2.5 sm:px-5">
        <h1 className="flex-1 text-lg font-semibold">{t('commands')}</h1>
        {data && data.items.length > 0 && add}
      </div>
      {isPending && <Skeleton className="m-5 h-40" />}
      {error && <p role="alert" className="p-5 text-bad">{problemText(error)}</p>}
      {data?.items.length === 0 && <Empty icon={SquareSlash} title={t('commands.none')} text={t('commands.text')}>{add}</Empty>}
      <ul>{data?.items.map((command) => <CommandRow key={command.id} command={command} />)}</ul>
      {adding && <AddDialog onClose={() => setAdding(false)} />}
    </>
  )
}
