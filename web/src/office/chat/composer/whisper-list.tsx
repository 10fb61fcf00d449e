import { EyeOff, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { formatTime } from '@/lib/i18n/format'
import { useLocale } from '@/lib/i18n/hooks'
import { useStore } from '@/lib/store'
import { IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { EmojiFace } from '../emoji/emoji-face'
import { Markdown } from '../markdown/markdown'
import { forgetWhisper, whispers, type Whisper } from '../model/whispers'
import { BotLabel } from '../people/bot-label'

function WhisperRow({ told }: { told: Whisper }) {
  const { t } = useTranslation('chat')
  const language = useLocale()
  return (
    <li className={cn('flex animate-fade gap-2 rounded-lg border px-3 py-2', told.bad ? 'border-bad/40 bg-bad-soft' : 'bg-sunken')}>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-1.5 text-xs text-fg-3">
          {told.name && (
            <span className="flex items-center gap-1.5 font-semibold text-fg">
              {told.icon && <EmojiFace emoji={told.icon} />}
              {told.name}
              <BotLabel />
            </span>
          )}
          <EyeOff aria-hidden size={12} />
          {t('whisper')}
          <time dateTime={told.at} className="tnum">{formatTime(told.at, language)}</time>
        </p>
        <Markdown text={told.text} className="text-base" />
      </div>
      <IconButton label={t('whisper.dismiss')} size="sm" onClick={() => forgetWhisper(told.id)}><X size={14} /></IconButton>
    </li>
  )
}

/** What only this person is told, above the field. */
export function WhisperList({ room, thread }: { room: string; thread: number | null }) {
  const { t } = useTranslation('chat')
  const all = useStore(whispers, (value) => value)
  const own = all.filter((told) => told.room === room && (told.thread ?? null) === thread)
  return (
    <ul role="log" aria-label={t('whisper')} className={own.length > 0 ? 'mb-2 flex max-h-[40dvh] flex-col gap-1.5 overflow-y-auto' : 'sr-only'}>
      {own.map((told) => <WhisperRow key={told.id} told={told} />)}
    </ul>
  )
}
