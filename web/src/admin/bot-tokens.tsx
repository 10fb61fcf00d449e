import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiToken, Bot } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { SelectField, TextField } from '@/ui/field'
import { SecretOnce } from '@/ui/secret-once'
import { Skeleton } from '@/ui/spinner'
import { addToken, revokeToken, tokensQuery, useChange } from './integrations-api'

const DAYS = [0, 30, 90, 365]
const DAY_MS = 86_400_000

function TokenRow({ token, busy, onRevoke }: { token: ApiToken; busy: boolean; onRevoke: () => void }) {
  const { t } = useTranslation('integrations')
  const language = useLocale()
  const [sure, setSure] = useState(false)
  return (
    <li className="flex items-center gap-3 border-b py-2 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{token.name}</p>
        <p className="text-xs text-fg-3">
          {token.used_at ? t('used', { time: formatDateTime(token.used_at, language) }) : t('unused')}
          {' · '}
          {token.expires_at ? t('token.until', { time: formatDateTime(token.expires_at, language) }) : t('token.endless')}
        </p>
      </div>
      <Button size="sm" tone={sure ? 'danger' : 'plain'} busy={busy} onClick={() => (sure ? onRevoke() : setSure(true))}>{sure ? t('token.revoke_sure') : t('token.revoke')}</Button>
    </li>
  )
}

/** The API tokens of a bot: made, shown once, revoked. */
export function BotTokens({ bot, onClose }: { bot: Bot; onClose: () => void }) {
  const { t } = useTranslation(['integrations', 'common'])
  const problemText = useProblemText()
  const [made, setMade] = useState<string | null>(null)
  const { data, isPending, error } = useQuery(tokensQuery(bot.id))
  const add = useChange(['bots', bot.id], (body: { name: string; expires_at?: string }) => addToken(bot.id, body), ({ token }) => setMade(token))
  const revoke = useChange(['bots', bot.id], (token: string) => revokeToken(bot.id, token))
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const days = Number(form.get('days'))
    add.mutate({ name: String(form.get('name')).trim(), ...(days > 0 ? { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() } : {}) })
    event.currentTarget.reset()
  }
  return (
    <Dialog open wide onClose={onClose} title={t('tokens.of', { name: bot.name })} description={t('tokens.text')} closeLabel={t('common:close')}>
      {made && <div className="mb-4"><SecretOnce label={t('token.new')} value={made} hint={t('once')} /></div>}
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <div className="min-w-40 flex-1"><TextField label={t('token.name')} name="name" required maxLength={80} placeholder={t('token.example')} /></div>
        <SelectField label={t('token.ends')} name="days">
          {DAYS.map((days) => <option key={days} value={days}>{days === 0 ? t('token.endless') : t('token.days', { count: days })}</option>)}
        </SelectField>
        <Button type="submit" tone="primary" busy={add.isPending} className="h-9"><Plus aria-hidden size={15} />{t('token.add')}</Button>
      </form>
      {isPending && <Skeleton className="mt-4 h-12" />}
      {error && <p role="alert" className="mt-4 text-bad">{problemText(error)}</p>}
      <ul aria-label={t('tokens')} className="mt-4">
        {data?.items.map((token) => <TokenRow key={token.id} token={token} busy={revoke.isPending && revoke.variables === token.id} onRevoke={() => revoke.mutate(token.id)} />)}
      </ul>
      {data?.items.length === 0 && <p className="py-3 text-center text-fg-3">{t('tokens.none')}</p>}
    </Dialog>
  )
}
