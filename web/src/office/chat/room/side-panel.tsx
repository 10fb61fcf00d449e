import { ArrowLeft, X } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/button'
import { Skeleton } from '@/ui/spinner'
import type { RoomState } from '../api-types'
import { FilesPanel } from './files-panel'
import { MembersPanel } from './members-panel'
import type { PanelName } from './panel-names'
import { PinsPanel } from './pins-panel'
import { SettingsPanel } from './settings-panel'
import { TopicsPanel } from './topics-panel'

const IntegrationsPanel = lazy(() => import('../integrations/integrations-panel').then((file) => ({ default: file.IntegrationsPanel })))

const CONTENT = { members: MembersPanel, pins: PinsPanel, files: FilesPanel, topics: TopicsPanel, settings: SettingsPanel, integrations: IntegrationsPanel }

/** Beside the room on a wide screen, instead of it on a narrow one. */
export function SidePanel({ room, panel }: { room: RoomState; panel: PanelName }) {
  const { t } = useTranslation('chat')
  const navigate = useNavigate()
  const close = () => void navigate({ to: '/chat/$roomId', params: { roomId: room.id }, search: (old) => ({ ...old, panel: undefined }) })
  const Content = CONTENT[panel]
  return (
    <aside aria-label={t(`panel.${panel}`)} className="flex min-w-0 flex-1 animate-fade flex-col bg-surface lg:border-l lg:w-[21.25rem] lg:flex-none">
      <header className="flex h-12 shrink-0 items-center gap-2 border-b px-2 lg:pl-4">
        <IconButton label={t('back')} className="lg:hidden" onClick={close}><ArrowLeft size={18} strokeWidth={1.75} /></IconButton>
        <h2 className="flex-1 text-base font-semibold">{t(`panel.${panel}`)}</h2>
        <IconButton label={t('close')} className="max-lg:hidden" onClick={close}><X size={16} strokeWidth={1.75} /></IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto"><Suspense fallback={<Skeleton className="m-4 h-24" />}><Content room={room} /></Suspense></div>
    </aside>
  )
}
