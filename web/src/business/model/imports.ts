import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import { problemOf, unreachable } from '@/lib/api/problem'
import { sendBytes } from '@/lib/api/send-bytes'
import type { RecordImport, RecordImportPage, RecordImportSettings } from '@/lib/api/types'
import { plainCell, rowsOfCsv } from './csv'

export type Import = RecordImport
export type Settings = RecordImportSettings

/** What the server takes in one file. */
export const LARGEST_FILE = 64 * 1024 * 1024

const POLL_MS = 400
/** Bytes of an error file that are read to show its first rows. */
const FAULT_BYTES = 200_000

const BUSY: ReadonlySet<Import['state']> = new Set(['reading', 'checking', 'running', 'undoing'])

/** Whether somebody is at work on it. */
export const isBusy = ({ state }: Pick<Import, 'state'>) => BUSY.has(state)

const one = (kind: string, id: string) => ({ params: { path: { kind, import: id } } })
const PATH = '/api/v1/records/{kind}/imports/{import}'

/** An import; asked for again while the server works on it. */
export const importQuery = (kind: string, id: string) =>
  queryOptions({
    queryKey: ['records', 'imports', kind, id],
    queryFn: () => unwrap(api.GET(PATH, one(kind, id))) as Promise<Import>,
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data && isBusy(data) ? POLL_MS : false),
  })

export const importsQuery = (kind: string) =>
  infiniteQueryOptions({
    queryKey: ['records', 'imports', kind],
    queryFn: ({ pageParam }) => {
      const query = { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) }
      return unwrap(api.GET('/api/v1/records/{kind}/imports', { params: { path: { kind }, query } })) as Promise<RecordImportPage>
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor || null,
    staleTime: 0,
  })

export const uploadImport = (kind: string, file: File, onProgress: (part: number) => void) =>
  sendBytes<Import>(`/api/v1/records/${kind}/imports?name=${encodeURIComponent(file.name.slice(0, 200))}`, new Blob([file], { type: 'application/octet-stream' }), onProgress)

export const putSettings = (kind: string, id: string, body: Settings) => unwrap(api.PUT(PATH, { ...one(kind, id), body })) as Promise<Import>

export const runImport = (kind: string, id: string, dry: boolean) =>
  unwrap(api.POST('/api/v1/records/{kind}/imports/{import}/run', { params: { path: { kind, import: id }, query: { dry } } })) as Promise<Import>

/** Takes it back; nothing when there was nothing to take back and it is gone. */
export const endImport = (kind: string, id: string) => unwrap(api.DELETE(PATH, one(kind, id))) as Promise<Import | undefined>

export const errorFileUrl = (kind: string, id: string) => `/api/v1/records/${kind}/imports/${id}/errors`

/** A row that was left out, and why. */
export type Fault = { cells: string[]; why: string }

/** The first rows that were left out. The file may be long: no more of it is read than is shown. */
export async function readFaults(kind: string, id: string, most: number): Promise<Fault[]> {
  const answer = await fetch(errorFileUrl(kind, id), { credentials: 'same-origin' }).catch(() => {
    throw unreachable()
  })
  if (!answer.ok || !answer.body) throw problemOf(await answer.json().catch(() => null), answer)
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let isWhole = false
  while (!isWhole && text.length < FAULT_BYTES) {
    const { done, value } = await reader.read()
    isWhole = done
    text += value ?? ''
  }
  if (!isWhole) await reader.cancel()
  return rowsOfCsv(text, isWhole)
    .slice(1, most + 1)
    .map((row) => ({ cells: row.slice(0, -1).map(plainCell), why: plainCell(row.at(-1) ?? '') }))
}
