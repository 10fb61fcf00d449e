import { createServer } from 'node:http'
import { once } from 'node:events'
import { expect, test as base, type Page } from './kontor'
import { PASSWORD, PEOPLE } from './people'
import { KontorServer } from './server'

type Got = { body: string; form: URLSearchParams; signature: string | undefined }

/** An HTTP server of somebody else: it remembers what it was sent and answers as it is told. */
async function endpoint() {
  const got: Got[] = []
  let answer = { status: 200, body: '' }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => (body += piece.toString()))
    request.on('end', () => {
      got.push({ body, form: new URLSearchParams(body), signature: request.headers['x-kontor-signature'] as string | undefined })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    got,
    url: `http://127.0.0.1:${address.port}/hook`,
    answers: (status: number, body: object | string = '') => (answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    end: () => server.close(),
  }
}

type Fixtures = { own: KontorServer; other: Awaited<ReturnType<typeof endpoint>> }

/** A Kontor that may ask this machine, and an endpoint on it. */
export const test = base.extend<Fixtures>({
  own: async ({}, use) => {
    const before = process.env.KONTOR__OUTBOUND__LOOPBACK
    process.env.KONTOR__OUTBOUND__LOOPBACK = 'true'
    const server = await new KontorServer().begin()
    process.env.KONTOR__OUTBOUND__LOOPBACK = before ?? 'false'
    await use(server)
    await server.end()
  },
  other: async ({}, use) => {
    const server = await endpoint()
    await use(server)
    server.end()
  },
  url: async ({ own }, use) => use(own.url),
  join: async ({ browser, url, faults }, use) => {
    const { arrive } = await import('./kontor')
    const people: { page: Page }[] = []
    await use(async (name, options = {}) => {
      const person = await arrive(browser, url, name, faults, options)
      people.push(person)
      await person.page.goto(`${url}/sign-in`)
      await person.page.getByLabel('Email').fill(PEOPLE[name].email)
      await person.page.getByLabel('Password').fill(PASSWORD)
      await person.page.getByRole('button', { name: 'Sign in' }).click()
      await expect(person.page.getByRole('heading', { level: 1, name: /^Good/ })).toBeVisible()
      return person
    })
    for (const { page } of people) await page.context().close()
  },
})
