import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { join as joinPath } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions } from '@playwright/test'
import { Chat, unique } from './chat'
import { arrive, expect, test } from './kontor'
import { CSRF, PASSWORD, PEOPLE, type PersonName } from './people'
import { KontorServer } from './server'

const FOLDER = process.env.SCREENSHOTS

function png(width: number, height: number) {
  const chunk = (type: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(named))
    return Buffer.concat([length, named, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const lines = Buffer.alloc(height * (width * 3 + 1))
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) lines.set([40 + (160 * x) / width, 90 + (80 * y) / height, 200 - (60 * x) / width], y * (width * 3 + 1) + 1 + x * 3)
  }
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))])
}

const page = (title: string, description: string, image: string) =>
  `<!doctype html><title>${title}</title><meta property="og:site_name" content="Harbour Journal"><meta name="description" content="${description}">
   <meta property="og:image" content="${image}">`

const PAGES: Record<string, [type: string, body: string | Buffer]> = {
  '/story': ['text/html; charset=utf-8', page('How the new quay was built in one summer', 'Two cranes, forty divers and a tide that waits for nobody: the story of the quay, told by those who built it.', '/wide.png')],
  '/note': ['text/html; charset=utf-8', page('Tide table for November', 'High and low water for every day of the month.', '/small.png')],
  '/late': ['text/html; charset=utf-8', page('Tide table for November', 'High and low water for every day of the month.', '/wide.png')],
  '/wide.png': ['image/png', png(960, 480)],
  '/small.png': ['image/png', png(96, 96)],
}

let kontor: KontorServer
let web: Server
let site = ''
let release = () => {}
const released = new Promise<void>((done) => {
  release = done
})

test.beforeAll(async () => {
  web = createServer(async (request, answer) => {
    if (request.url === '/late') await released
    const found = PAGES[new URL(request.url ?? '/', site).pathname]
    if (!found) return answer.writeHead(404).end()
    return answer.writeHead(200, { 'Content-Type': found[0] }).end(found[1])
  }).listen(0, '127.0.0.1')
  await once(web, 'listening')
  site = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  kontor = await new KontorServer({ KONTOR__OUTBOUND__LOOPBACK: 'true' }).begin()
})

test.afterAll(async () => {
  await kontor.end()
  web.close()
})

async function signIn(browser: Browser, name: PersonName, faults: string[], options: BrowserContextOptions = {}) {
  const person = await arrive(browser, kontor.url, name, faults, options)
  const data = { email: PEOPLE[name].email, password: PASSWORD }
  const answer = await person.page.request.post(`${kontor.url}/api/v1/auth/sign-in`, { data, headers: { ...CSRF, Origin: kontor.url } })
  expect(answer.ok()).toBe(true)
  return new Chat(person)
}

test('a link shows its page to everyone, from this server alone, until its author takes it away', async ({ browser, faults }) => {
  const [a, b] = [await signIn(browser, 'ana', faults), await signIn(browser, 'ben', faults)]
  const room = await a.createRoom(unique('links'), { people: ['ben'] })
  await a.open(room)
  await b.open(room)
  const foreign: string[] = []
  b.page.on('request', (request) => {
    if (!request.url().startsWith(kontor.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url())
  })
  await a.say(`Worth a read: ${site}/story`)
  const card = b.log.getByRole('listitem', { name: /How the new quay/ })
  await expect(card.getByText('Harbour Journal')).toBeVisible()
  await expect(card.getByRole('link', { name: /How the new quay/ })).toHaveAttribute('href', `${site}/story`)
  const picture = card.locator('img')
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(960)
  await expect(b.log.getByText('edited')).toHaveCount(0)
  await expect(card.getByRole('button')).toHaveCount(0)
  expect(foreign).toEqual([])

  // It is there after a reload, and in the history.
  await b.page.reload()
  await expect(card).toBeVisible()

  const own = a.log.getByRole('listitem', { name: /How the new quay/ })
  await own.hover()
  await own.getByRole('button', { name: 'Remove preview' }).click()
  await expect(own).toHaveCount(0)
  await expect(card).toHaveCount(0)
  await a.page.reload()
  await expect(a.message('Worth a read')).toBeVisible()
  await expect(own).toHaveCount(0)
  for (const { page: open } of [a, b]) await open.context().close()
})

test('a preview that comes late to a message above moves nothing that is read below', async ({ browser, faults }) => {
  const a = await signIn(browser, 'ana', faults)
  const room = await a.createRoom(unique('calm'))
  const { seq } = await a.post(room, `${site}/late`)
  for (let index = 0; index < 12; index += 1) await a.post(room, `line ${index}`)
  await a.open(room)
  const last = a.message('line 11')
  await expect(last).toBeVisible()
  const before = await last.boundingBox()
  release()
  await expect(a.log.getByRole('listitem', { name: /Tide table/ })).toHaveCount(1)
  await expect.poll(async () => ((await a.person.api('get', `/chat/rooms/${room}/messages/${seq}`)) as { previews: unknown[] }).previews.length).toBe(1)
  await expect.poll(async () => (await last.boundingBox())?.y).toBe(before?.y)
  await a.page.context().close()
})

for (const [name, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
] as const) {
  test(`previews fit the room: ${name}`, async ({ browser, faults }) => {
    const a = await signIn(browser, 'ana', faults, options)
    const room = await a.createRoom(unique(name))
    await a.post(room, `The story is out: ${site}/story`)
    await a.post(room, `And the tides, for the plan: ${site}/note`)
    await a.post(room, `${site}/wide.png`)
    await a.open(room)
    const cards = a.log.getByRole('listitem', { name: /^Preview of/ })
    await expect(cards).toHaveCount(3)
    for (const picture of await cards.locator('img').all()) {
      await picture.scrollIntoViewIfNeeded()
      await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
    }
    expect(await a.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    // Always there for a finger, for a pointer when it is near.
    if (name !== 'phone') await cards.nth(1).hover()
    await expect(cards.nth(1).getByRole('button', { name: 'Remove preview' })).toHaveCSS('opacity', '1')
    if (FOLDER) await a.page.screenshot({ path: joinPath(FOLDER, `previews-${name}.png`), animations: 'disabled' })
    await a.page.context().close()
  })
}
