import { Chat, unique } from './chat'
import { expect, test } from './kontor'

test('three people talk: threads, mentions, reactions, typing', async ({ ana, ben, yuki }) => {
  const [a, b, y] = [new Chat(ana), new Chat(ben), new Chat(yuki)]
  const name = unique('launch')
  const room = await a.createRoom(name, { people: ['ben', 'yuki'] })
  for (const chat of [a, b]) await chat.open(room)
  await y.page.goto(`${yuki.url}/chat`)
  await expect(y.link(name)).toBeVisible()

  // Other tests mention the same person.
  const waiting = await y.waiting()

  await b.field.pressSequentially('typing')
  await expect(a.page.getByText('Ben is typing…')).toBeVisible()
  await b.field.fill('')

  // Markdown, and a mention that is chosen with the keyboard.
  await a.field.pressSequentially('**Ready**, @yuk')
  await expect(a.page.getByRole('option', { name: /Yuki Tanaka/ })).toBeVisible()
  await a.field.press('Enter')
  await a.field.pressSequentially('?')
  await a.field.press('Enter')
  await expect(b.message('Ready').locator('strong')).toHaveText('Ready')
  await expect(b.message('Ready').getByRole('button', { name: '@Yuki Tanaka' })).toBeVisible()
  await expect(y.link(name)).toContainText('1')
  await expect.poll(() => y.waiting()).toBeGreaterThan(waiting)

  // A reply in the thread.
  await y.link(name).click()
  await expect(y.message('Ready')).toBeVisible()
  await y.message('Ready').focus()
  await y.page.keyboard.press('r')
  const reply = y.page.getByRole('textbox', { name: 'Reply in thread' })
  await reply.fill('Almost')
  await reply.press('Enter')
  await expect(a.message('Ready').getByRole('button', { name: /1 reply/ })).toBeVisible()
  await a.message('Ready').getByRole('button', { name: /1 reply/ }).click()
  const thread = a.page.getByRole('complementary', { name: 'Thread' })
  await expect(thread.getByText('Almost')).toBeVisible()
  // A reply is not a message of the room.
  await expect(b.message('Almost')).toHaveCount(0)

  // A reaction, taken back again.
  await b.message('Ready').hover()
  await b.page.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name: /React with/ }).first().click()
  const reaction = a.log.getByRole('button', { name: /from Ben Okafor/ })
  await expect(reaction).toBeVisible()
  await b.log.getByRole('button', { name: /from You/ }).click()
  await expect(reaction).toHaveCount(0)
})

test('unread is the same on two devices of a person', async ({ ana, join }) => {
  const a = new Chat(ana)
  const name = unique('devices')
  const desk = new Chat(await join('ben'))
  const phone = new Chat(await join('ben'))
  const room = await a.createRoom(name, { people: ['ben'] })
  await desk.page.goto(`${ana.url}/chat`)
  await phone.page.goto(`${ana.url}/chat`)
  await a.post(room, `hello <@${await a.person.idOf('ben')}>`)
  await expect(desk.link(name)).toContainText('1')
  await expect(phone.link(name)).toContainText('1')

  await desk.link(name).click()
  await expect(desk.message('hello')).toBeVisible()
  await expect(phone.link(name)).not.toContainText('1', { timeout: 3_000 })

  // Unread again from here, on both.
  await desk.message('hello').focus()
  await desk.page.keyboard.press('u')
  await expect(phone.link(name)).toHaveClass(/font-semibold/)

  // The draft of one device waits on the other.
  await desk.field.fill('not finished')
  await expect(phone.link(name).getByLabel('Draft')).toBeVisible()
})

test('what is new is gone through with the keyboard', async ({ ana, ben }) => {
  const a = new Chat(ana)
  const b = new Chat(ben)
  const names = [unique('one'), unique('two')]
  for (const name of names) {
    const room = await a.createRoom(name, { people: ['ben'] })
    await a.post(room, `news of ${name}`, { topic: 'Plans' })
  }
  await b.page.goto(`${ben.url}/chat/unread`)
  const card = (name: string) => b.page.getByRole('article', { name: `${name} Plans` })
  for (const name of names) await expect(card(name)).toContainText(`news of ${name}`)
  await card(names[0] ?? '').focus()
  await b.page.keyboard.press('e')
  await expect(card(names[0] ?? '')).toHaveCount(0)
  await card(names[1] ?? '').focus()
  await b.page.keyboard.press('Enter')
  await expect(b.page).toHaveURL(/topic=Plans/)
  await expect(b.message('news of')).toBeVisible()
})

test('editing, deleting with undo, quoting, pinning', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('edit'), { people: ['ben'] })
  await a.open(room)
  await b.open(room)
  await a.say('frist')
  // Arrow up in the empty field edits the last own message.
  await a.field.press('ArrowUp')
  const edit = a.page.getByRole('textbox', { name: 'Edit message' })
  await edit.fill('first')
  await edit.press('Enter')
  await expect(b.message('first')).toContainText('(edited)')

  await b.message('first').focus()
  await b.page.keyboard.press('q')
  await b.field.fill('I agree')
  await b.field.press('Enter')
  await expect(a.message('I agree')).toContainText('first')

  await a.message('first').first().focus()
  await a.page.keyboard.press('p')
  await a.page.getByRole('button', { name: 'Pinned messages' }).click()
  await expect(a.page.getByRole('complementary', { name: 'Pinned' })).toContainText('first')

  await a.say('a mistake')
  await a.message('a mistake').focus()
  await a.page.keyboard.press('Delete')
  await a.page.getByRole('button', { name: 'Undo' }).click()
  await expect(a.message('a mistake')).toBeVisible()
  await a.message('a mistake').focus()
  await a.page.keyboard.press('Delete')
  await expect(b.page.getByText('This message has been deleted.')).toBeVisible()
  await expect(b.message('a mistake')).toHaveCount(0)
})

test('a permalink leads to its message, and outsiders nowhere', async ({ ana, ben, yuki }) => {
  const a = new Chat(ana)
  const room = await a.createRoom(unique('secret'), { people: ['ben'], hidden: true })
  const wanted = await a.post(room, 'the needle')
  for (let index = 0; index < 90; index += 1) await a.post(room, `hay ${index}`)
  const b = new Chat(ben)
  await b.open(room, `?at=${wanted.seq}`)
  await expect(b.message('the needle')).toBeInViewport()
  await b.page.getByRole('button', { name: 'Newest messages' }).click()
  await expect(b.message('hay 89')).toBeInViewport()

  await yuki.page.goto(`${yuki.url}/chat/${room}?at=${wanted.seq}`)
  await expect(yuki.page.getByRole('alert')).toContainText('You cannot see this conversation')
  await expect(yuki.page.getByText('the needle')).toHaveCount(0)

  // A right that is taken away ends what is open.
  await a.person.api('delete', `/chat/rooms/${room}/members/${await a.person.idOf('ben')}`)
  await expect(b.page.getByRole('alert')).toContainText('You cannot see this conversation')
})

test('the send queue survives a closed tab and sends each message once', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('train'), { people: ['ben'] })
  await a.open(room)
  await b.open(room)
  await a.say('before the tunnel')
  const context = a.page.context()
  await context.setOffline(true)
  for (const text of ['in the tunnel 1', 'in the tunnel 2']) {
    await a.field.fill(text)
    await a.field.press('Enter')
  }
  await expect(a.log.locator('[data-queued="waiting"]')).toHaveCount(2)
  await expect(a.page.getByText('Kept on this device, sent later').first()).toBeVisible()
  await expect(b.message('in the tunnel')).toHaveCount(0)
  await a.page.close()

  await context.setOffline(false)
  const page = await context.newPage()
  // Any page of the app sends what waits.
  await page.goto(ana.url)
  await expect(b.message('in the tunnel')).toHaveCount(2)
  await page.goto(`${ana.url}/chat/${room}`)
  await expect(page.locator('[data-seq]').filter({ hasText: 'in the tunnel' })).toHaveCount(2)
  await expect(page.locator('[data-queued]')).toHaveCount(0)
})

test('rooms that were visited can be read without a connection', async ({ ana }) => {
  const a = new Chat(ana)
  const name = unique('offline')
  const room = await a.createRoom(name)
  await a.open(room)
  await a.say('kept for the plane')
  const kept = () => a.page.evaluate(async () => (await (await caches.open('kontor-shell-1')).keys()).length)
  await expect.poll(kept).toBeGreaterThan(0)
  // What the device keeps is written a moment later.
  await expect.poll(() => a.keepsFacts()).toBe(true)
  await a.page.context().setOffline(true)
  await a.page.reload()
  await expect(a.message('kept for the plane')).toBeVisible()
  await expect(a.page.getByText('No connection: these are the messages kept on this device.')).toBeVisible()
  await a.page.context().setOffline(false)
  await a.say('landed')
})

test('files go up with the message, by pasting and by choosing', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('files'), { people: ['ben'] })
  await a.open(room)
  await b.open(room)
  await a.page.locator('input[type=file]').first().setInputFiles({ name: '<b>notes</b>.txt', mimeType: 'text/plain', buffer: Buffer.from('hello file') })
  await expect(a.page.getByRole('list', { name: 'Files' }).getByText('<b>notes</b>.txt')).toBeVisible()
  await a.field.fill('see attached')
  await a.page.getByRole('button', { name: 'Send', exact: true }).click()
  const link = b.message('see attached').getByRole('link', { name: /notes/ })
  await expect(link).toBeVisible()
  const answer = await b.page.request.get(new URL((await link.getAttribute('href')) ?? '', ben.url).href)
  expect(await answer.text()).toBe('hello file')
})

test('hostile text stays text', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('hostile'), { people: ['ben'] })
  await b.open(room)
  await a.post(room, '<img src=x onerror="document.title=\'owned\'"> [x](javascript:document.title) ![pixel](https://evil.example/p.png) end')
  await expect(b.message('end')).toContainText('<img src=x')
  await expect(b.message('end').locator('img')).toHaveCount(0)
  await expect(b.message('end').locator('a[href^="javascript"]')).toHaveCount(0)
  await expect(b.page).not.toHaveTitle(/owned/)
})

test('search finds by words and operators, and leads to the message', async ({ ana, ben, yuki }) => {
  const a = new Chat(ana)
  const name = unique('search')
  const word = unique('needle')
  const room = await a.createRoom(name, { people: ['ben'], hidden: true })
  const wanted = await a.post(room, `the ${word} is here`)
  await new Chat(ben).post(room, `another ${word}`)
  for (let index = 0; index < 70; index += 1) await a.post(room, `hay ${index}`)
  const { page } = ana
  const results = page.getByRole('feed', { name: 'Results' })
  await page.goto(`${ana.url}/chat/search`)
  await page.getByRole('searchbox', { name: 'Search messages' }).fill(word)
  await expect(results.getByRole('article')).toHaveCount(2)
  await expect(results.locator('mark').first()).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search messages' }).fill(`${word} in:#${name} from:me`)
  await expect(results.getByRole('article')).toHaveCount(1)
  await results.getByRole('link').first().click()
  await expect(page).toHaveURL(new RegExp(`at=${wanted.seq}`))
  await expect(a.message(word).first()).toBeInViewport()

  await yuki.page.goto(`${yuki.url}/chat/search?q=${word}`)
  await expect(yuki.page.getByText('Nothing found')).toBeVisible()
})
