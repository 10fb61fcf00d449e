// The messages of docs/live-protocol.md. A client ignores what it does not know.

export type LiveEvent = { seq?: number; kind: string; at?: string; by?: string | null; data: unknown }

export type LiveFault = { code: string; status: number; detail: string }

export type ServerMessage =
  | { op: 'welcome'; version: number; user: string; heartbeat: number }
  | { op: 'subscribed'; topic: string; cursor?: number; resumed: boolean }
  | { op: 'refused'; topic: string; code: string; detail?: string }
  | { op: 'events'; topic: string; events: LiveEvent[] }
  | { op: 'signal'; topic: string; kind: string; data: unknown }
  | { op: 'ended'; topic: string; code: string }
  | { op: 'done'; id: string; result: unknown }
  | { op: 'failed'; id: string; error: LiveFault }
  | { op: 'beat' | 'pong' }

const isMessage = (value: unknown): value is ServerMessage =>
  typeof value === 'object' && value !== null && typeof (value as { op?: unknown }).op === 'string'

/** One frame: an object, or an array of objects that left together. */
export function readFrame(data: unknown): ServerMessage[] {
  if (typeof data !== 'string') return []
  try {
    const value: unknown = JSON.parse(data)
    return (Array.isArray(value) ? value : [value]).filter(isMessage)
  } catch {
    return []
  }
}

/** The server says that the sign-in has ended. */
export const SIGNED_OUT = 4401
