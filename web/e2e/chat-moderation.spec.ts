import type { Browser } from '@playwright/test'
import { Chat, unique } from './chat'
import { arrive, expect, test, type Person } from './kontor'
import { CSRF, PASSWORD } from './people'

/** Somebody of this test only: what is done to them meets them in the whole business. */
async function newcomer(ana: Person, browser: Browser, faults: string[]) {
  const email = `${unique('newcomer')}@acme.example`
  const { user } = (await ana.api('post', '/people', { email, name: 'Nell Newcomer', role: 'tenant_user', password: PASSWORD })) as { user: { id: string } }
  const person = await arrive(browser, ana.url, 'ana', faults)
  const answer = await person.page.request.post(`${ana.url}/api/v1/auth/sign-in`, { headers: { ...CSRF, Origin: ana.url }, data: { email, password: PASSWORD } })
  expect(answer.ok()).toBe(true)
  return { person, id: user.id }
}

test('bookmarks are added, ordered by keys and by drag, and seen by everybody at once', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('marks'), { people: ['ben'] })
  const document = await ana.newDocument('Launch plan')
  await a.open(room)
  await b.open(room)
  const bar = a.page.getByRole('navigation', { name: 'Bookmarks' })
  const seen = b.page.getByRole('navigation', { name: 'Bookmarks' })
  const dialog = a.page.getByRole('dialog')
  await a.page.getByRole('button', { name: 'Settings of this room' }).click()
  await a.page.getByRole('menuitem', { name: 'Add bookmark' }).click()
  await dialog.getByLabel('Link').fill('example.org/handbook')
  await dialog.getByLabel('Title').fill('Handbook')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(seen.getByRole('link', { name: 'Handbook' })).toHaveAttribute('href', 'https://example.org/handbook')
  for (const [title, url] of [['Plan', `${ana.url}/documents/${document}`], ['Board', 'https://board.example']] as const) {
    await bar.getByRole('button', { name: 'Add bookmark' }).click()
    await dialog.getByLabel('Link').fill(url)
    await dialog.getByLabel('Title').fill(title)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog).toHaveCount(0)
  }
  await expect(seen.getByRole('link')).toHaveText(['Handbook', 'Plan', 'Board'])
  await bar.getByRole('link', { name: 'Board' }).focus()
  await a.page.keyboard.press('Alt+ArrowLeft')
  await expect(seen.getByRole('link')).toHaveText(['Handbook', 'Board', 'Plan'])
  await expect(bar.getByRole('link', { name: 'Board' })).toBeFocused()
  await bar.getByRole('link', { name: 'Plan' }).dragTo(bar.getByRole('link', { name: 'Handbook' }))
  await expect(seen.getByRole('link')).toHaveText(['Plan', 'Handbook', 'Board'])
  await seen.getByRole('link', { name: 'Handbook' }).hover()
  await seen.getByRole('button', { name: 'Actions for bookmark Handbook' }).click()
  await b.page.getByRole('menuitem', { name: 'Remove bookmark' }).click()
  await expect(bar.getByRole('link')).toHaveText(['Plan', 'Board'])
  await a.page.reload()
  await expect(bar.getByRole('link')).toHaveText(['Plan', 'Board'])
  // A document of ours opens here.
  await bar.getByRole('link', { name: 'Plan' }).click()
  await expect(a.page).toHaveURL(new RegExp(`/documents/${document}`))
})

test('a reported message is decided upon, and everything is written down', async ({ ana, ben, yuki }) => {
  const [a, b, y] = [new Chat(ana), new Chat(ben), new Chat(yuki)]
  const name = unique('rude')
  const room = await b.createRoom(name, { people: ['yuki'], hidden: true })
  await y.post(room, 'Before it')
  const insult = unique('insult')
  await y.post(room, insult)
  await b.open(room)
  await b.message(insult).hover()
  await b.message(insult).getByRole('button', { name: 'More' }).click()
  await b.page.getByRole('menuitem', { name: 'Report to moderators…' }).click()
  const dialog = b.page.getByRole('dialog', { name: 'Report this message' })
  await dialog.getByRole('button', { name: 'Insult or harassment' }).click()
  await dialog.getByRole('button', { name: 'Report', exact: true }).click()
  await expect(b.page.getByText('The moderators have been told.')).toBeVisible()

  await a.page.goto(`${ana.url}/admin/moderation`)
  const found = a.page.getByRole('listitem').filter({ has: a.page.getByRole('button', { expanded: false }), hasText: insult })
  await found.getByRole('button').first().click()
  const opened = a.page.getByRole('listitem').filter({ has: a.page.getByRole('button', { expanded: true }), hasText: insult })
  await expect(opened.getByRole('list', { name: 'The message and those around it' })).toContainText('Before it')
  await opened.getByRole('checkbox', { name: 'Remove message' }).check()
  await opened.getByRole('checkbox', { name: 'Warn author' }).check()
  await opened.getByRole('checkbox', { name: 'Ban from channel' }).check()
  await opened.getByLabel('Note').fill('Be kind to each other.')
  await opened.getByRole('button', { name: 'Carry out' }).click()
  await expect(a.page.getByText('It is decided.')).toBeVisible()
  await expect(b.message(insult)).toHaveCount(0)
  await y.page.goto(`${yuki.url}/chat/${room}`)
  await expect(y.page.getByRole('alert')).toContainText('You cannot see this conversation')

  const tabs = a.page.getByRole('navigation', { name: 'Moderation' })
  await tabs.getByRole('link', { name: 'Record' }).click()
  await expect(a.page.getByRole('row').filter({ hasText: 'Message removed' }).first()).toContainText('Yuki Tanaka')
  await tabs.getByRole('link', { name: 'Bans and muted people' }).click()
  const banned = a.page.getByRole('region', { name: 'Banned from channels' }).getByRole('listitem').filter({ hasText: name })
  await banned.getByRole('button', { name: 'Lift the ban of Yuki Tanaka' }).click()
  await expect(banned).toHaveCount(0)
})

test('an owner bans from the list of members and lets back in', async ({ ana, yuki }) => {
  const [a, y] = [new Chat(ana), new Chat(yuki)]
  const name = unique('banned')
  const room = await a.createRoom(name, { people: ['yuki'] })
  await y.open(room)
  await a.open(room, '?panel=members')
  const members = a.page.getByRole('complementary', { name: 'Members' })
  await members.getByRole('button', { name: 'Actions for Yuki Tanaka' }).click()
  await a.page.getByRole('menuitem', { name: 'Ban from channel…' }).click()
  const dialog = a.page.getByRole('dialog', { name: 'Ban Yuki Tanaka from the channel?' })
  await dialog.getByLabel('Reason').fill('Spam')
  await dialog.getByLabel('For how long').selectOption({ label: '1 day' })
  await dialog.getByRole('button', { name: 'Ban', exact: true }).click()
  const list = members.getByRole('region', { name: 'Banned from this channel' })
  await expect(list).toContainText('Spam')
  await expect(y.link(name)).toHaveCount(0)
  await expect(y.page.getByRole('alert')).toContainText('You cannot see this conversation')
  await list.getByRole('button', { name: 'Lift the ban of Yuki Tanaka' }).click()
  await expect(list).toHaveCount(0)
  await y.page.reload()
  await y.page.getByRole('button', { name: 'Join channel' }).or(y.page.getByRole('button', { name: 'Join' })).first().click()
  await y.say('Thank you')
})

test('who may only read is told so, at once, and writes again when that is over', async ({ ana, browser, faults }) => {
  const a = new Chat(ana)
  const { person, id } = await newcomer(ana, browser, faults)
  const n = new Chat(person)
  const room = await a.createRoom(unique('silent'))
  await ana.api('put', `/chat/rooms/${room}/members/${id}`, { role: 'member' })
  await n.open(room)
  await expect(n.field).toBeVisible()
  await ana.api('put', `/chat/moderation/mutes/${id}`, { reason: 'Spam' })
  await expect(n.page.getByText('A moderator lets you read and not write.')).toBeVisible()
  await expect(n.field).toHaveCount(0)
  await a.page.goto(`${ana.url}/admin/moderation?tab=people`)
  await a.page.getByRole('button', { name: 'Let Nell Newcomer write again' }).click()
  await expect(n.field).toBeVisible()
  await n.say('I write again')
  await person.page.context().close()
})

test('a legal hold is placed, exported and released', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('held'), { people: ['ben'] })
  const secret = unique('evidence')
  const { seq } = await b.post(room, secret)
  await ben.api('delete', `/chat/rooms/${room}/messages/${seq}`)
  const name = unique('case')
  await a.page.goto(`${ana.url}/admin/holds`)
  await a.page.getByRole('button', { name: 'New hold' }).click()
  const dialog = a.page.getByRole('dialog', { name: 'New hold' })
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Reason').fill('A court may ask')
  await dialog.getByRole('textbox', { name: 'Find people by name or email' }).fill('ben')
  await dialog.getByRole('button', { name: /Ben Okafor/ }).click()
  await dialog.getByRole('button', { name: 'Place hold' }).click()
  const card = a.page.getByRole('listitem').filter({ has: a.page.getByRole('heading', { name }) })
  await expect(card).toContainText('In force')
  const [download] = await Promise.all([a.page.waitForEvent('download'), card.getByRole('link', { name: 'Export' }).click()])
  const text = await (await download.createReadStream()).reduce((all: string, piece: Buffer) => all + piece.toString(), '')
  expect(text).toContain(secret)
  await card.getByRole('button', { name: 'Release hold' }).click()
  await a.page.getByRole('alertdialog').getByRole('button', { name: 'Release hold' }).click()
  await expect(card).toContainText('Released')
  await expect(a.page.getByRole('region', { name: 'Record' })).toContainText('Hold exported')
})

test('notifications are paused from the profile menu, on all devices', async ({ ana, browser, faults }) => {
  const { person } = await newcomer(ana, browser, faults)
  const one = person.page
  const two = await one.context().newPage()
  for (const page of [one, two]) await page.goto(ana.url)
  await one.getByRole('button', { name: 'Account of Nell Newcomer' }).click()
  await one.getByRole('menuitem', { name: 'For 1 hour' }).click()
  await expect(one.getByText(/Nothing is pushed until/)).toBeVisible()
  await two.getByRole('button', { name: 'Account of Nell Newcomer' }).click()
  await expect(two.getByText(/Notifications paused until/)).toBeVisible()
  await two.getByRole('menuitem', { name: 'Allow notifications again' }).click()
  await one.getByRole('button', { name: 'Account of Nell Newcomer' }).click()
  await expect(one.getByRole('menuitem', { name: 'For 30 minutes' })).toBeVisible()
  await one.context().close()
})

test('sections of two devices and an own emoji arrive without a reload', async ({ ben, join, ana }) => {
  const [one, two] = [new Chat(ben), new Chat(await join('ben'))]
  for (const { page, person } of [one, two]) await page.goto(`${person.url}/chat`)
  const [first, second] = [unique('work'), unique('home')]
  const add = async ({ page }: Chat, name: string) => {
    await page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('menuitem', { name: 'New section' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill(name)
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  }
  // While the second device writes, the first has been faster: what it wants is made again of what is there.
  let late = true
  await two.page.route('**/api/v1/chat/me', async (route) => {
    if (late) {
      late = false
      await add(one, first)
      await expect(one.page.getByRole('region', { name: first })).toBeVisible()
    }
    await route.continue()
  })
  const refused = two.page.waitForResponse((response) => response.url().endsWith('/chat/me') && response.status() === 409)
  await add(two, second)
  await refused
  for (const { page } of [one, two]) {
    await expect(page.getByRole('region', { name: first })).toBeVisible()
    await expect(page.getByRole('region', { name: second })).toBeVisible()
  }
  const name = unique('party').replace('-', '_')
  const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAKklEQVR42g3HMQEAMAzDMDMriuApFd8hUWqbPgEOLh5CnLjx8lOnbr36AAZ1D/QRljvjAAAAAElFTkSuQmCC', 'base64')
  const answer = await ana.page.request.post(`${ana.url}/api/v1/chat/emoji?name=${name}`, { headers: { ...ana.headers, 'Content-Type': 'image/png' }, data: picture })
  expect(answer.status()).toBe(201)
  await one.page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Add', exact: true }).click()
  await one.page.getByRole('menuitem', { name: 'Own emoji' }).click()
  await expect(one.page.getByRole('dialog').getByText(`:${name}:`)).toBeVisible()
})
