import { CSRF_HEADER } from './client'
import { problemOf, unreachable } from './problem'

/** The bytes themselves, with progress, which neither the typed client nor `fetch` tells. */
export function sendBytes<T>(url: string, file: Blob, onProgress: (part: number) => void, { signal, headers = {} }: { signal?: AbortSignal; headers?: Record<string, string> } = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    for (const [name, value] of Object.entries({ ...CSRF_HEADER, ...headers })) request.setRequestHeader(name, value)
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('error', () => reject(unreachable()))
    request.addEventListener('abort', () => reject(unreachable()))
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) return resolve(request.response as T)
      return reject(problemOf(request.response, new Response(null, { status: Math.max(200, request.status) })))
    })
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
