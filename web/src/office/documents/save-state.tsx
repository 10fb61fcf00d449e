import { Check, Cloud, CloudOff, Eye, LoaderCircle, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SyncStatus } from '@/lib/realtime/document-session'
import { cn } from '@/ui/cn'
import { tip } from '@/ui/tooltip'

export type SaveState = 'viewing' | 'connecting' | 'saving' | 'saved' | 'offline' | 'offline_kept' | 'offline_unkept'

/** "Saved" only when the server has confirmed every edit as stored; anything less has another name. */
export function saveStateOf(status: SyncStatus, editable: boolean): SaveState {
  const { connection, synced, unsaved, localKept } = status
  if (connection === 'disconnected' || connection === 'closed') {
    if (!unsaved) return 'offline'
    return localKept ? 'offline_kept' : 'offline_unkept'
  }
  if (!synced) return unsaved && localKept ? 'offline_kept' : 'connecting'
  if (!editable) return 'viewing'
  return unsaved ? 'saving' : 'saved'
}

const LOOKS: Record<SaveState, { icon: LucideIcon; className: string }> = {
  viewing: { icon: Eye, className: 'text-fg-3' },
  connecting: { icon: Cloud, className: 'text-fg-3' },
  saving: { icon: LoaderCircle, className: 'text-fg-3 [&_svg]:animate-spin' },
  saved: { icon: Check, className: 'text-fg-3' },
  offline: { icon: CloudOff, className: 'text-warn' },
  offline_kept: { icon: CloudOff, className: 'text-warn' },
  offline_unkept: { icon: CloudOff, className: 'text-bad' },
}

export function SaveStateLabel({ state }: { state: SaveState }) {
  const { t } = useTranslation('editor')
  const { icon: Icon, className } = LOOKS[state]
  return (
      <span data-save-state={state} {...tip(t(`save.${state}.text`))} className={cn('flex h-7 shrink-0 items-center gap-1.5 rounded-md px-1.5 text-xs font-medium', className)}>
        <Icon aria-hidden size={15} strokeWidth={1.75} />
        {/* Only the states that matter are announced: "saved" after each pause would be noise. */}
        <span className="max-sm:sr-only" role={state.startsWith('offline') ? 'status' : undefined}>
          {t(`save.${state}`)}
        </span>
      </span>
  )
}
