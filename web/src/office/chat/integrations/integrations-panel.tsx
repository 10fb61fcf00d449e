import { useQuery } from '@tanstack/react-query'
import { ArrowDownToLine, ArrowUpFromLine, Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Skeleton } from '@/ui/spinner'
import type { RoomState } from '../api-types'
import { incomingQuery, outgoingQuery } from './api'
import { IncomingDialog, IncomingRow } from './incoming-hooks'
import { OutgoingDialog, OutgoingRow } from './outgoing-hooks'

type SectionProps = { title: string; text: string; icon: typeof Plus; add: string; onAdd: () => void; pending: boolean; error: unknown; empty: boolean; children: ReactNode }

function Section({ title, text, icon: Icon, add, onAdd, pending, error, empty, children }: SectionProps) {
  const { t } = useTranslation('integrations')
  const problemText = useProblemText()
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="flex items-center gap-2 font-semibold"><Icon aria-hidden size={16} strokeWidth={1.75} className="text-fg-3" />{title}</h3>
      <p className="text-fg-3">{text}</p>
      {pending && <Skeleton className="h-12" />}
      {error ? <p role="alert" className="text-bad">{problemText(error)}</p> : null}
      {empty && <p className="rounded-md bg-sunken px-3 py-2 text-fg-3">{t('none')}</p>}
      <ul className="flex flex-col gap-2">{children}</ul>
      <Button className="self-start" onClick={onAdd}><Plus aria-hidden size={15} />{add}</Button>
    </section>
  )
}

/** The webhooks of a room, for those who manage it. */
export function IntegrationsPanel({ room }: { room: RoomState }) {
  const { t } = useTranslation('integrations')
  const [adding, setAdding] = useState<'incoming' | 'outgoing' | null>(null)
  const incoming = useQuery(incomingQuery(room.id))
  const outgoing = useQuery(outgoingQuery(room.id))
  const close = () => setAdding(null)
  return (
    <div className="flex flex-col gap-8 p-4">
      <Section
        title={t('incoming')} text={t('incoming.text')} icon={ArrowDownToLine} add={t('incoming.add')} onAdd={() => setAdding('incoming')}
        pending={incoming.isPending} error={incoming.error} empty={incoming.data?.items.length === 0}
      >
        {incoming.data?.items.map((hook) => <IncomingRow key={hook.id} room={room.id} hook={hook} />)}
      </Section>
      <Section
        title={t('outgoing')} text={t('outgoing.text')} icon={ArrowUpFromLine} add={t('outgoing.add')} onAdd={() => setAdding('outgoing')}
        pending={outgoing.isPending} error={outgoing.error} empty={outgoing.data?.items.length === 0}
      >
        {outgoing.data?.items.map((hook) => <OutgoingRow key={hook.id} room={room.id} hook={hook} />)}
      </Section>
      {adding === 'incoming' && <IncomingDialog room={room.id} onClose={close} />}
      {adding === 'outgoing' && <OutgoingDialog room={room.id} onClose={close} />}
    </div>
  )
}
