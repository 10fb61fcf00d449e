import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileUp } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { useFileDrop } from '@/lib/use-file-drop'
import { Button } from '@/ui/button'
import { cn } from '@/ui/cn'
import { importQuery, LARGEST_FILE, uploadImport } from '../model/imports'
import type { Kind } from '../model/types'
import { ProgressBar } from './import-progress'

/** A file is chosen or let go here, and goes to the server at once. */
export function ChooseFile({ kind }: { kind: Kind }) {
  const { t } = useTranslation('imports')
  const locale = useLocale()
  const problemText = useProblemText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const hint = useId()
  const [sending, setSending] = useState<{ name: string; part: number } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  async function send(file: File) {
    setProblem(null)
    if (file.size > LARGEST_FILE) return setProblem(t('file.too_large', { size: formatBytes(file.size, locale), most: formatBytes(LARGEST_FILE, locale) }))
    if (file.size === 0) return setProblem(t('file.empty'))
    setSending({ name: file.name, part: 0 })
    try {
      const made = await uploadImport(kind.name, file, (part) => setSending({ name: file.name, part }))
      client.setQueryData(importQuery(kind.name, made.id).queryKey, made)
      void navigate({ to: '/business/$kind/import', params: { kind: kind.name }, search: { import: made.id } })
    } catch (error) {
      setProblem(problemText(error))
      setSending(null)
    }
  }
  const { over, events } = useFileDrop(sending ? null : ([file]) => file && void send(file))
  return (
    <div {...events} data-drop-file className={cn('flex flex-col items-center rounded-xl border border-dashed border-line-strong px-6 py-10 text-center transition-colors', over && 'border-accent bg-accent-soft')}>
      <span className="mb-3 flex size-12 items-center justify-center rounded-xl bg-accent-soft text-accent-text">
        <FileUp aria-hidden size={22} strokeWidth={1.75} />
      </span>
      {sending ? (
        <div className="w-full max-w-sm">
          <ProgressBar label={sending.part < 1 ? t('file.sending', { name: sending.name }) : t('file.reading', { name: sending.name })} part={sending.part < 1 ? sending.part : null} />
        </div>
      ) : (
        <>
          <p className="text-base font-medium">{t('file.drop')}</p>
          <p id={hint} className="mt-1 mb-4 max-w-md text-fg-3">{t('file.hint', { most: formatBytes(LARGEST_FILE, locale) })}</p>
          <Button tone="primary" onClick={() => input.current?.click()} aria-describedby={hint}>
            {t('file.choose')}
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            accept=".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            onChange={(event) => {
              const [file] = event.target.files ?? []
              event.target.value = ''
              if (file) void send(file)
            }}
          />
        </>
      )}
      {problem && <p role="alert" className="mt-4 rounded-md bg-bad-soft px-3 py-2 text-bad">{problem}</p>}
    </div>
  )
}
