import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { request } from '@playwright/test'

export const PASSWORD = 'kontor-demo-1'
export const PEOPLE = {
  ana: { email: 'ana@acme.example', name: 'Ana Ribeiro' },
  ben: { email: 'ben@acme.example', name: 'Ben Okafor' },
  yuki: { email: 'yuki@acme.example', name: 'Yuki Tanaka' },
} as const
export type PersonName = keyof typeof PEOPLE

export const CSRF = { 'X-Kontor-CSRF': '1' }

const FOLDER = join(import.meta.dirname, '../test-results/.sessions')
export const sessionFile = (name: PersonName) => join(FOLDER, `${name}.json`)

/** Everybody signs in once: many sign-ins in a row look like guessing to the server. */
export async function saveSessions(url: string) {
  mkdirSync(FOLDER, { recursive: true })
  for (const name of Object.keys(PEOPLE) as PersonName[]) {
    const api = await request.newContext({ baseURL: url, extraHTTPHeaders: { ...CSRF, Origin: url } })
    const answer = await api.post('/api/v1/auth/sign-in', { data: { email: PEOPLE[name].email, password: PASSWORD } })
    if (!answer.ok()) throw new Error(`${name} cannot sign in: ${answer.status()} ${await answer.text()}`)
    await api.storageState({ path: sessionFile(name) })
    await api.dispose()
  }
}
