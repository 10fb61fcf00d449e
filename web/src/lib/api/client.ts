import createClient from 'openapi-fetch'
import { problemOf, unreachable } from './problem'
import type { paths } from './schema'

/** Required by the server on every unsafe request that the session cookie authenticates. */
export const CSRF_HEADER = { 'X-Kontor-CSRF': '1' }

export const api = createClient<paths>({ baseUrl: window.location.origin, headers: CSRF_HEADER, credentials: 'same-origin' })

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** Turns an answer of the client into its data, or throws a `Problem`. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch(() => {
    throw unreachable()
  })
  if (!response.ok) throw problemOf(error, response)
  return data as T
}
