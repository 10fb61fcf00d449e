import type { Problem } from '@/lib/api/problem'
import { queryClient } from '@/lib/api/query'
import { sendBytes } from '@/lib/api/send-bytes'
import type { RecordFile } from '@/lib/api/types'
import { Store, useStore } from '@/lib/store'
import { fileUrl, filesKey } from './api'

export const MOST_BYTES = 25 * 1024 * 1024
/** Files that leave side by side; more wait for their turn. */
const AT_ONCE = 3

export type Upload = { id: string; record: string; kind: string; file: File; part: number; fault: Problem | 'too_large' | null }

/** Files on their way to records. They go on when the page shows something else. */
const uploads = new Store<readonly Upload[]>([])
const waiting: Upload[] = []
let running = 0

const change = (id: string, part: Partial<Upload>) => uploads.update((all) => all.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)))

export const forgetUpload = (id: string) => uploads.update((all) => all.filter((upload) => upload.id !== id))

async function send({ id, kind, record, file }: Upload) {
  const url = `${fileUrl(kind, record, '').replace(/\/$/, '')}?name=${encodeURIComponent(file.name || 'file')}`
  try {
    // Sent again after a cut, it is added once.
    await sendBytes<RecordFile>(url, file, (part) => change(id, { part }), { headers: { 'Idempotency-Key': id } })
    await queryClient.invalidateQueries({ queryKey: filesKey(record) })
    forgetUpload(id)
  } catch (error) {
    change(id, { fault: error as Problem })
  }
}

async function next() {
  const upload = running < AT_ONCE ? waiting.shift() : undefined
  if (!upload) return
  running += 1
  await send(upload)
  running -= 1
  void next()
}

function begin(upload: Upload) {
  waiting.push(upload)
  void next()
}

export function uploadTo(kind: string, record: string, files: readonly File[]) {
  for (const file of files) {
    const upload: Upload = { id: crypto.randomUUID(), kind, record, file, part: 0, fault: file.size > MOST_BYTES ? 'too_large' : null }
    uploads.update((all) => [...all, upload])
    if (!upload.fault) begin(upload)
  }
}

export function retryUpload(upload: Upload) {
  change(upload.id, { fault: null, part: 0 })
  begin(upload)
}

const NONE: readonly Upload[] = []

export function useUploads(record: string): readonly Upload[] {
  const all = useStore(uploads, (known) => known)
  const mine = all.filter((upload) => upload.record === record)
  return mine.length > 0 ? mine : NONE
}
