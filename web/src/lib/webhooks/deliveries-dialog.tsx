import { RotateCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { WebhookDelivery } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'

const TONE = { waiting: 'info', delivered: 'ok', dead: 'bad' } as const

function DeliveryRow({ one, named, onReplay }: { one: WebhookDelivery; named: boolean; onReplay: () => void }) {
  const { t } = useTranslation('integrations')
  const language = useLocale()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b py-2 last:border-b-0">
      <Pill tone={TONE[one.state]} dot>{t(`state.${one.state}`)}</Pill>
      <span className="min-w-0 flex-1">
        {named && <span className="block truncate font-mono text-xs font-medium">{one.kind}</span>}
        <time dateTime={one.created_at} className="block text-xs tnum">{formatDateTime(one.created_at, language)}</time>
        <span className="block truncate text-xs text-fg-3">
          {t('attempts', { count: one.attempts })}
          {one.note ? ` · ${one.note}` : one.status ? ` · ${one.status}` : ''}
        </span>
      </span>
      {one.state !== 'waiting' && <Button size="sm" onClick={onReplay}><RotateCw aria-hidden size={13} />{t('replay')}</Button>}
    </li>
  )
}

type DialogProps = {
  name: string
  url: string
  query: { data?: { items: WebhookDelivery[] }; isPending: boolean; error: Error | null }
  /** Whether the kind of each event is told. */
  named?: boolean
  busy: boolean
  onReplay: (delivery: string) => void
  onReplayAll: () => void
  onClose: () => void
}

/** What an endpoint was told, and what could not be told. */
export function DeliveriesDialog({ name, url, query: { data, isPending, error }, named = false, busy, onReplay, onReplayAll, onClose }: DialogProps) {
  const { t } = useTranslation(['integrations', 'common'])
  const problemText = useProblemText()
  const dead = data?.items.some(({ state }) => state === 'dead')
  return (
    <Dialog open wide onClose={onClose} title={t('deliveries.of', { name })} description={url} closeLabel={t('common:close')}>
      {isPending && <Skeleton className="h-24" />}
      {error && <p role="alert" className="text-bad">{problemText(error)}</p>}
      {data?.items.length === 0 && <p className="py-6 text-center text-fg-3">{t('deliveries.none')}</p>}
      {dead && <Button className="mb-2" busy={busy} onClick={onReplayAll}><RotateCw aria-hidden size={14} />{t('replay.all')}</Button>}
      <ul aria-label={t('deliveries')}>{data?.items.map((one) => <DeliveryRow key={one.id} one={one} named={named} onReplay={() => onReplay(one.id)} />)}</ul>
    </Dialog>
  )
}
