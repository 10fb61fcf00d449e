import { Chat, unique } from './chat'
import { expect, test, type Page } from './kontor'

const bellOf = (page: Page) => page.getByRole('button', { name: /^Notifications/ })

test('what is shared arrives in the inbox, and what is read on one device is read on all', async ({ ana, join, url }) => {
  const desk = await join('yuki')
  const phone = await join('yuki')
  await desk.page.goto(`${url}/chat`)
  await phone.page.goto(`${url}/notifications`)
  await desk.api('put', '/notifications/read', { all: true })
  await expect(bellOf(desk.page)).toHaveAccessibleName('Notifications')

  const titles = [unique('Contract'), unique('Offer')]
  for (const title of titles) await ana.share(await ana.newDocument(title), 'yuki', 'view')
  await expect(bellOf(desk.page)).toHaveAccessibleName('Notifications: 2 unread')
  for (const title of titles) await expect(phone.page.getByRole('main').getByRole('link', { name: new RegExp(title) })).toBeVisible()

  await bellOf(desk.page).click()
  const inbox = desk.page.getByRole('dialog', { name: 'Notifications' })
  await inbox.getByRole('link', { name: new RegExp(titles[0] ?? '') }).click()
  await expect(desk.page).toHaveURL(/\/documents\//)
  await expect(bellOf(phone.page)).toHaveAccessibleName('Notifications: 1 unread', { timeout: 3_000 })
  await phone.page.getByRole('button', { name: 'Mark all read' }).click()
  await expect(bellOf(desk.page)).toHaveAccessibleName('Notifications', { timeout: 3_000 })
})

test('a mention arrives in the inbox and leads to its message', async ({ ana, ben, url }) => {
  const a = new Chat(ana)
  const room = await a.createRoom(unique('inbox'), { people: ['ben'] })
  await ben.page.goto(`${url}/documents`)
  await expect(bellOf(ben.page)).toBeVisible()
  await a.post(room, `please look, <@${await ana.idOf('ben')}>`)
  await expect(bellOf(ben.page)).toHaveAccessibleName(/unread/)
  await bellOf(ben.page).click()
  await ben.page.getByRole('dialog', { name: 'Notifications' }).getByRole('link', { name: /please look/ }).first().click()
  await expect(new Chat(ben).message('please look')).toBeVisible()
})

test('preferences are kept', async ({ ana, url }) => {
  const { page } = ana
  await page.goto(`${url}/notifications/preferences`)
  const box = page.getByRole('checkbox', { name: 'Reminders: Mail' })
  await expect(box).toBeVisible()
  const before = await box.isChecked()
  const stored = page.waitForResponse((answer) => answer.url().endsWith('/notifications/preferences') && answer.request().method() === 'PUT')
  await box.setChecked(!before)
  expect((await stored).ok()).toBe(true)
  await page.reload()
  await expect(box).toBeChecked({ checked: !before })
})

test('what is turned off does not arrive, in the inbox and in a room', async ({ ana, yuki, url }) => {
  const a = new Chat(ana)
  const y = new Chat(yuki)
  const name = unique('quiet')
  const room = await a.createRoom(name, { people: ['yuki'] })
  const mention = `<@${await ana.idOf('yuki')}>`
  const { page } = yuki
  await yuki.api('put', '/notifications/read', { all: true })
  await page.goto(`${url}/notifications/preferences`)
  const box = page.getByRole('checkbox', { name: 'Somebody mentions you: In the app' })
  const set = async (on: boolean) => {
    const stored = page.waitForResponse((answer) => answer.url().endsWith('/notifications/preferences') && answer.request().method() === 'PUT')
    await box.setChecked(on)
    expect((await stored).ok()).toBe(true)
  }
  await set(false)
  await a.post(room, `unheard ${mention}`)
  await set(true)
  await a.post(room, `heard ${mention}`)
  await page.goto(`${url}/notifications`)
  await expect(page.getByRole('main').getByRole('link', { name: /(^|\W)heard/ }).first()).toBeVisible()
  await expect(page.getByRole('main').getByText(/unheard/)).toHaveCount(0)

  await y.open(room)
  await page.getByRole('button', { name: 'Settings of this room' }).click()
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/preferences') && answer.request().method() === 'PATCH')
  await page.getByRole('menuitemradio', { name: 'Nothing' }).click()
  expect((await answered).ok()).toBe(true)
  await page.goto(`${url}/chat/drafts`)
  await a.post(room, `nothing of this ${mention}`)
  await a.post(room, 'and nothing of that')
  const overview = async () => {
    const { rooms } = (await yuki.api('get', '/chat/overview')) as { rooms: { id: string; membership: { unread: number } }[] }
    return rooms.find(({ id }) => id === room)?.membership.unread
  }
  await expect.poll(overview).toBe(2)
  await expect(y.link(name)).not.toHaveClass(/font-semibold/)
})

test('the service worker shows what is pushed, and nothing that leads elsewhere', async ({ join, url }) => {
  const ana = await join('ana', { permissions: ['notifications'] })
  const { page } = ana
  await page.goto(`${url}/notifications/preferences`)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
  const cdp = await page.context().newCDPSession(page)
  const registered = new Promise<string>((done) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && done(registrations[0].registrationId))
  })
  await cdp.send('ServiceWorker.enable')
  const registrationId = await registered
  const push = (data: object) => cdp.send('ServiceWorker.deliverPushMessage', { origin: url, registrationId, data: JSON.stringify(data) })
  const shown = () =>
    page.evaluate(async () => {
      const notifications = await (await navigator.serviceWorker.ready).getNotifications()
      return notifications.map(({ title, data }) => ({ title, link: (data as { link: string }).link })).toSorted((a, b) => a.title.localeCompare(b.title))
    })
  await push({ id: 'n1', title: 'Ben mentioned you', body: 'in #design', link: '/chat' })
  await expect.poll(shown).toEqual([{ title: 'Ben mentioned you', link: '/chat' }])
  await push({ id: 'n2', title: 'Elsewhere', body: '', link: '//evil.example' })
  await expect.poll(shown).toEqual([
    { title: 'Ben mentioned you', link: '/chat' },
    { title: 'Elsewhere', link: '/' },
  ])
})
