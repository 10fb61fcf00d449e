import { Mic, Square, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/button'
import { notify } from '@/ui/toast'

const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']
const LONGEST_S = 300

const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

function nameOf(type: string) {
  const ending = type.includes('mp4') ? 'm4a' : type.includes('ogg') ? 'ogg' : 'webm'
  return `voice-${new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}.${ending}`
}

/** Records with the microphone and hands over a file. */
export function VoiceNote({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useTranslation('chat')
  const [seconds, setSeconds] = useState<number | null>(null)
  const recorder = useRef<MediaRecorder | null>(null)
  const keep = useRef(false)
  useEffect(() => () => recorder.current?.stop(), [])
  useEffect(() => {
    if (seconds === null) return
    if (seconds >= LONGEST_S) return finish(true)
    const timer = setTimeout(() => setSeconds(seconds + 1), 1000)
    return () => clearTimeout(timer)
  }, [seconds])

  function finish(kept: boolean) {
    keep.current = kept
    recorder.current?.stop()
  }

  async function start() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const type = TYPES.find((candidate) => MediaRecorder.isTypeSupported(candidate)) ?? ''
      const parts: Blob[] = []
      const started = new MediaRecorder(stream, type ? { mimeType: type } : {})
      recorder.current = started
      keep.current = false
      started.addEventListener('dataavailable', ({ data }) => parts.push(data))
      started.addEventListener('stop', () => {
        for (const track of stream.getTracks()) track.stop()
        setSeconds(null)
        const plain = (type || 'audio/webm').split(';')[0] ?? 'audio/webm'
        if (keep.current) onFile(new File(parts, nameOf(plain), { type: plain }))
      })
      started.start()
      setSeconds(0)
    } catch {
      notify(t('voice.refused'), { tone: 'bad' })
    }
  }

  if (seconds === null) {
    return (
      <IconButton label={t('voice')} size="sm" side="top" onClick={() => void start()}>
        <Mic size={16} strokeWidth={1.75} />
      </IconButton>
    )
  }
  return (
    <span role="status" className="flex items-center gap-1 rounded-md bg-bad-soft px-1.5 text-xs font-medium text-bad tnum">
      <span aria-hidden className="size-2 animate-pulse rounded-full bg-bad" />
      <span aria-label={t('voice.recording')}>{clock(seconds)}</span>
      <IconButton label={t('voice.stop')} size="sm" side="top" onClick={() => finish(true)}><Square size={13} fill="currentColor" /></IconButton>
      <IconButton label={t('voice.discard')} size="sm" side="top" onClick={() => finish(false)}><X size={14} /></IconButton>
    </span>
  )
}
