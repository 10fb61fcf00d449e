import { useCallback, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { uploadFile } from '../api'
import type { MessageFile } from '../api-types'

export const MOST_BYTES = 100 * 1024 * 1024

export type Upload = { id: string; file: File; preview: string | null; part: number; stored: MessageFile | null; failed: boolean }

/** Files on their way to the server, beside the message that will carry them. */
export function useUploads(room: string) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const [uploads, setUploads] = useState<Upload[]>([])
  const aborts = useRef(new Map<string, AbortController>())

  const change = useCallback((id: string, next: Partial<Upload>) => setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, ...next } : upload))), [])

  async function send({ id, file }: Pick<Upload, 'id' | 'file'>) {
    const abort = new AbortController()
    aborts.current.set(id, abort)
    change(id, { failed: false, part: 0 })
    try {
      const stored = await uploadFile(room, file, (part) => change(id, { part }), abort.signal)
      change(id, { stored, part: 1 })
    } catch (error) {
      if (abort.signal.aborted) return
      change(id, { failed: true })
      notify(problemText(error), { tone: 'bad' })
    }
  }

  function add(files: File[]) {
    const fresh = files.flatMap((file): Upload[] => {
      if (file.size > MOST_BYTES) {
        notify(t('file.too_large', { name: file.name }), { tone: 'bad' })
        return []
      }
      const preview = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type) ? URL.createObjectURL(file) : null
      return [{ id: crypto.randomUUID(), file, preview, part: 0, stored: null, failed: false }]
    })
    setUploads((all) => [...all, ...fresh])
    for (const upload of fresh) void send(upload)
  }

  function drop(list: Upload[]) {
    for (const { id, preview } of list) {
      aborts.current.get(id)?.abort()
      if (preview) URL.revokeObjectURL(preview)
    }
    const gone = new Set(list.map(({ id }) => id))
    setUploads((all) => all.filter(({ id }) => !gone.has(id)))
  }

  return {
    uploads,
    add,
    retry: (upload: Upload) => void send(upload),
    remove: (upload: Upload) => drop([upload]),
    clear: () => drop(uploads),
    pending: uploads.some(({ stored }) => !stored),
  }
}
