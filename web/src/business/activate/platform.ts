import { CSRF_HEADER } from '@/lib/api/client'
import { Problem, problemOf, unreachable } from '@/lib/api/problem'
import type { Activated, ActivationPreview, ActivationProgress } from '@/lib/api/types'
import { sentDocument, type Document } from './document'

/**
 * What the operator of the installation asks. The key is held by the page that asks, and nowhere else; without one
 * the session of an administrator of the platform is good as well.
 */
export type Key = string | null

async function ask(path: string, key: Key, init: RequestInit = {}): Promise<Response> {
  const headers = { ...CSRF_HEADER, ...(key ? { Authorization: `Bearer ${key}` } : {}), ...init.headers }
  const answer = await fetch(`/api/v1/${path}`, { credentials: 'same-origin', ...init, headers }).catch(() => {
    throw unreachable()
  })
  if (answer.ok) return answer
  const problem = problemOf(await answer.json().catch(() => null), answer)
  // A key that is wrong signs nobody out of anything.
  throw problem.status === 401 ? new Problem(403, 'forbidden', problem.message) : problem
}

const post = (path: string, key: Key, document: Document, accept = 'application/json') =>
  ask(path, key, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: accept }, body: JSON.stringify(sentDocument(document)) })

/** Whether the key is that of the platform. */
export async function isOperator(key: Key): Promise<boolean> {
  try {
    await ask('tenants?limit=1', key)
    return true
  } catch (error) {
    if (error instanceof Problem && error.status === 403) return false
    throw error
  }
}

export const readPlan = async (key: Key, document: Document) => (await (await post('activations/plan', key, document)).json()) as ActivationPreview

/** The modules that a preset switches on: those of a plan that nobody carries out. */
export async function modulesOf(key: Key, preset: string): Promise<string[]> {
  const business = { name: 'Preview', slug: `preview-${crypto.randomUUID().slice(0, 8)}`, locale: 'en-GB', time_zone: 'Europe/London', currency: 'GBP' }
  const { steps } = await readPlan(key, { business, admin: { name: 'Preview', email: 'preview@kontor.example' }, preset })
  return steps.flatMap(({ items }) => items.filter(({ what }) => what === 'module').map(({ name }) => name))
}

export type Line = { progress: ActivationProgress } | { result: Activated } | { error: Problem }

/** One line of an activation that is under way. */
export function readLine(line: string): Line | null {
  const value = JSON.parse(line) as { step?: string; result?: Activated; error?: { status?: number } }
  if (value.result) return { result: value.result }
  if (value.error) return { error: problemOf(value.error, new Response(null, { status: Math.max(200, value.error.status ?? 500) })) }
  return value.step ? { progress: value as unknown as ActivationProgress } : null
}

/** Whole lines of a text that comes in pieces. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line !== '')
  }
  if (rest !== '') yield rest
}

/** Brings the business to life, and tells each step; an end without a result means that the connection was cut. */
export async function activate(key: Key, document: Document, onStep: (progress: ActivationProgress) => void): Promise<Activated> {
  const answer = await post('activations', key, document, 'application/x-ndjson')
  if (!answer.body) throw unreachable()
  try {
    for await (const text of linesOf(answer.body)) {
      const line = readLine(text)
      if (line && 'result' in line) return line.result
      if (line && 'error' in line) throw line.error
      if (line) onStep(line.progress)
    }
  } catch (error) {
    throw error instanceof Problem ? error : unreachable()
  }
  throw unreachable()
}
