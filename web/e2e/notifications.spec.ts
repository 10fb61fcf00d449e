import { Chat, unique } from './chat'
import { expect, test } from './kontor'

test('mentions and shares arrive in one inbox, read on one device is read on all', async ({ ana, join, url }) => {
  const a = new Chat(ana)
  const name = unique('inbox')
  const room = await a.createRoom(name, { people: ['yuki'] })
  const desk = await join('yuki')
  const phone = await join('yuki')
  await desk.page.goto(`${url}/documents`)
  await phone.page.goto(`${url}/notifications`)
  const bell = (page: typeof desk.page) => page.getByRole('button', { name: /^Notifications/ })
  await expect(bell(desk.page)).toBeVisible()
  // Only the first test of a person starts with an empty inbox.
  await desk.api('put', '/notifications/read', { all: true })
  await expect(bell(desk.page)).toHaveAccessibleName('Notifications')

  await a.post(room, `please look, <@${await ana.idOf('yuki')}>`)
  await expect(bell(desk.page)).toHaveAccessibleName('Notifications: 1 unread')
  const document = await ana.newDocument(`Contract of ${name}`)
  await ana.share(document, 'yuki', 'view')
  await expect(bell(desk.page)).toHaveAccessibleName('Notifications: 2 unread')
  await expect(phone.page.getByRole('main').getByRole('link', { name: new RegExp(`Contract of ${name}`) })).toBeVisible()

  await bell(desk.page).click()
  const inbox = desk.page.getByRole('dialog', { name: 'Notifications' })
  await inbox.getByRole('link', { name: /please look/ }).click()
  await expect(desk.page).toHaveURL(new RegExp(`/chat/${room}`))
  await expect(new Chat(desk).message('please look')).toBeVisible()
  await expect(bell(phone.page)).toHaveAccessibleName('Notifications: 1 unread', { timeout: 3_000 })
  await phone.page.getByRole('button', { name: 'Mark all read' }).click()
  await expect(bell(desk.page)).toHaveAccessibleName('Notifications', { timeout: 3_000 })
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
  await push({ id: 'n1', title: 'Ben mentioned you', body: 'in #design', link: '/chat' })
  await push({ id: 'n2', title: 'Elsewhere', body: '', link: '//evil.example' })
  const shown = () =>
    page.evaluate(async () => {
      const notifications = await (await navigator.serviceWorker.ready).getNotifications()
      return notifications.map(({ title, data }) => ({ title, link: (data as { link: string }).link })).toSorted((a, b) => a.title.localeCompare(b.title))
    })
  await expect.poll(shown).toEqual([
    { title: 'Ben mentioned you', link: '/chat' },
    { title: 'Elsewhere', link: '/' },
  ])
})
