import { Chat, unique } from './chat'
import { CSRF, PASSWORD } from './people'
import { arrive, expect, test } from './kontor'

test('people are added, made owners and removed', async ({ ana, ben, yuki }) => {
  const [a, b, y] = [new Chat(ana), new Chat(ben), new Chat(yuki)]
  const name = unique('members')
  const room = await a.createRoom(name, { people: ['ben'] })
  await y.page.goto(`${yuki.url}/chat`)
  await expect(y.link('general').or(y.page.getByText('Browse channels')).first()).toBeVisible()
  await a.open(room, '?panel=members')
  await b.open(room, '?panel=settings')
  await expect(b.page.getByText('Only owners of the channel can change this.')).toBeVisible()
  const members = a.page.getByRole('complementary', { name: 'Members' })
  await members.getByRole('button', { name: 'Add people' }).click()
  const dialog = a.page.getByRole('dialog', { name: 'Add people' })
  await dialog.getByRole('textbox', { name: 'Find people by name or email' }).fill('yuki')
  await dialog.getByRole('button', { name: /Yuki Tanaka/ }).click()
  await dialog.getByRole('button', { name: 'Add people' }).click()
  await expect(members.getByText('Yuki Tanaka')).toBeVisible()
  await y.link(name).click()
  await expect(y.log).toBeVisible()

  await members.getByRole('button', { name: 'Actions for Ben Okafor' }).click()
  await a.page.getByRole('menuitem', { name: 'Make owner' }).click()
  await expect(b.page.getByRole('button', { name: 'Archive channel' })).toBeVisible()
  await members.getByRole('button', { name: 'Actions for Yuki Tanaka' }).click()
  await a.page.getByRole('menuitem', { name: 'Remove from channel' }).click()
  await expect(members.getByText('Yuki Tanaka')).toHaveCount(0)
  await expect(y.link(name)).toHaveCount(0)
})

test('a channel is made private, renamed and archived', async ({ ana, ben, yuki }) => {
  const [a, b, y] = [new Chat(ana), new Chat(ben), new Chat(yuki)]
  const room = await a.createRoom(unique('before'), { people: ['ben'] })
  const name = unique('after')
  await y.open(room)
  await b.open(room)
  await a.open(room, '?panel=settings')
  const settings = a.page.getByRole('complementary', { name: 'Channel settings' })
  await settings.getByLabel('Name').fill(name)
  await settings.getByLabel('Private channel').check()
  await settings.getByRole('button', { name: 'Save' }).click()
  await expect(b.page.getByRole('heading', { level: 1, name })).toBeVisible()
  await expect(y.page.getByRole('alert')).toContainText('You cannot see this conversation')

  await settings.getByRole('button', { name: 'Archive channel' }).click()
  await expect(b.page.getByText('This channel is archived')).toBeVisible()
  await expect(b.field).toHaveCount(0)
  await settings.getByRole('button', { name: 'Restore channel' }).click()
  await expect(b.field).toBeVisible()
})

test('a guest sees only where they were added', async ({ ana, browser, url, faults }) => {
  const a = new Chat(ana)
  const email = `${unique('guest')}@acme.example`
  const { user } = (await ana.api('post', '/people', { email, name: 'Gus Guest', role: 'tenant_guest', password: PASSWORD })) as { user: { id: string } }
  const [shared, open] = [unique('shared'), unique('open')]
  const rooms = [await a.createRoom(shared, { hidden: true }), await a.createRoom(open)] as const
  await a.post(rooms[0], 'welcome, guest')
  await ana.api('put', `/chat/rooms/${rooms[0]}/members/${user.id}`, { role: 'member' })

  const person = await arrive(browser, url, 'ana', faults)
  const answer = await person.page.request.post(`${url}/api/v1/auth/sign-in`, { headers: { ...CSRF, Origin: url }, data: { email, password: PASSWORD } })
  expect(answer.ok()).toBe(true)
  const guest = new Chat(person)
  await guest.open(rooms[0])
  await expect(guest.message('welcome, guest')).toContainText('Ana Ribeiro')
  await guest.say('glad to be here')
  await expect(guest.link(shared)).toBeVisible()
  await expect(guest.link(open)).toHaveCount(0)
  await guest.page.goto(`${url}/chat/browse`)
  await expect(guest.page.getByRole('main').getByText(open)).toHaveCount(0)
  await guest.page.goto(`${url}/chat/${rooms[1]}`)
  await expect(guest.page.getByRole('alert')).toContainText('You cannot see this conversation')
  await guest.page.context().close()
})
