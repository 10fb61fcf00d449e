import { useQuery } from '@tanstack/react-query'
import { Bot as BotIcon, Ellipsis, KeyRound, Plus, Power } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Bot } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { EmojiFace } from '@/office/chat/emoji/emoji-face'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog, Dialog } from '@/ui/dialog'
import { Empty } from '@/ui/empty'
import { SelectField, TextField } from '@/ui/field'
import { Menu, MenuItem } from '@/ui/menu'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { BotTokens } from './bot-tokens'
import { addBot, botsQuery, changeBot, useChange, type BotChange } from './integrations-api'

const KEY = ['bots'] as const

function AddDialog({ onClose, onMade }: { onClose: () => void; onMade: (bot: Bot) => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const add = useChange(KEY, (body: BotChange) => addBot(body), onMade)
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const role = text('role') === 'tenant_user' ? 'tenant_user' : 'tenant_guest'
    add.mutate({ name: text('name'), picture: text('picture'), description: text('description'), role })
  }
  return (
    <Dialog open onClose={onClose} title={t('bot.add')} closeLabel={t('common:close')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t('name')} name="name" required autoFocus maxLength={80} />
        <TextField label={t('icon')} name="picture" maxLength={60} placeholder="🤖" hint={t('icon.hint')} />
        <TextField label={t('description')} name="description" maxLength={500} />
        <SelectField label={t('bot.sees')} name="role" hint={t('bot.sees_hint')}>
          <option value="tenant_guest">{t('bot.guest')}</option>
          <option value="tenant_user">{t('bot.user')}</option>
        </SelectField>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={add.isPending}>{t('make')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function BotRow({ bot, onTokens }: { bot: Bot; onTokens: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const [stopping, setStopping] = useState(false)
  const change = useChange(KEY, (status: Bot['status']) => changeBot(bot.id, { status }), () => setStopping(false))
  const active = bot.status === 'active'
  return (
    <li className="flex items-center gap-3 border-b px-4 py-2.5 hover:bg-hover sm:px-5">
      <span className="flex size-9 shrink-0 items-center justify-center rounded-full bg-press text-xl">{bot.picture ? <EmojiFace emoji={bot.picture} className="size-5" /> : <BotIcon aria-hidden size={18} className="text-fg-2" />}</span>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{bot.name}</p>
        <p className="truncate text-xs text-fg-3">{bot.description || t(bot.role === 'tenant_user' ? 'bot.user' : 'bot.guest')}</p>
      </div>
      <Pill tone={active ? 'ok' : 'neutral'} dot>{active ? t('on') : t('off')}</Pill>
      <Button size="sm" disabled={!active} onClick={onTokens} aria-label={t('tokens.of', { name: bot.name })}><KeyRound aria-hidden size={14} />{t('tokens')}</Button>
      <Menu trigger={<IconButton label={t('actions', { name: bot.name })} size="sm"><Ellipsis size={16} /></IconButton>}>
        {active ? <MenuItem icon={Power} danger onSelect={() => setStopping(true)}>{t('switch_off')}</MenuItem> : <MenuItem icon={Power} onSelect={() => change.mutate('active')}>{t('switch_on')}</MenuItem>}
      </Menu>
      {stopping && (
        <ConfirmDialog
          open danger busy={change.isPending} onClose={() => setStopping(false)} onConfirm={() => change.mutate('suspended')}
          title={t('bot.stop_title', { name: bot.name })} description={t('bot.stop_text')} confirmLabel={t('switch_off')} cancelLabel={t('common:cancel')}
        />
      )}
    </li>
  )
}

export function BotsPage() {
  const { t } = useTranslation('integrations')
  const problemText = useProblemText()
  const [adding, setAdding] = useState(false)
  const [tokens, setTokens] = useState<Bot | null>(null)
  const { data, isPending, error } = useQuery(botsQuery)
  usePageTitle(t('bots'))
  const add = <Button tone="primary" onClick={() => setAdding(true)}><Plus aria-hidden size={16} />{t('bot.add')}</Button>
  return (
    <>
      <div className="sticky top-0 z-10 flex flex-wrap items-center gap-3 border-b bg-surface px-4 py-2.5 sm:px-5">
        <h1 className="flex-1 text-lg font-semibold">{t('bots')}</h1>
        {data && data.items.length > 0 && add}
      </div>
      {isPending && <Skeleton className="m-5 h-40" />}
      {error && <p role="alert" className="p-5 text-bad">{problemText(error)}</p>}
      {data?.items.length === 0 && <Empty icon={BotIcon} title={t('bots.none')} text={t('bots.text')}>{add}</Empty>}
      <ul>{data?.items.map((bot) => <BotRow key={bot.id} bot={bot} onTokens={() => setTokens(bot)} />)}</ul>
      {adding && <AddDialog onClose={() => setAdding(false)} onMade={(bot) => { setAdding(false); setTokens(bot) }} />}
      {tokens && <BotTokens bot={tokens} onClose={() => setTokens(null)} />}
    </>
  )
}
