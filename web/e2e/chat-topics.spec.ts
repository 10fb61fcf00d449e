import { Chat, unique } from './chat'
import { expect, test } from './kontor'

test('a topic is moved as a whole, resolved and reopened, for everybody at once', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('topics'), { people: ['ben'] })
  for (const text of ['first', 'second', 'third']) await a.post(room, text, { topic: 'Draft' })
  await a.open(room, '?panel=topics')
  await b.open(room)
  const topics = a.page.getByRole('complementary', { name: 'Topics' })
  await expect(topics.getByRole('link', { name: /Draft.*3 messages/ })).toBeVisible()

  await b.message('second').focus()
  await b.page.keyboard.press('t')
  await b.page.getByLabel('Topic', { exact: true }).fill('Contract')
  await b.page.getByLabel('Move', { exact: true }).selectOption('later')
  await b.page.getByRole('button', { name: 'Save' }).click()
  await expect(topics.getByRole('link', { name: /Contract.*2 messages/ })).toBeVisible()
  await expect(topics.getByRole('link', { name: /Draft.*1 message/ })).toBeVisible()

  await topics.getByRole('link', { name: /Contract/ }).click()
  await expect(a.log.locator('[data-seq]')).toHaveCount(2)
  await topics.getByRole('button', { name: 'Resolve Contract' }).click()
  await expect(topics.getByRole('link', { name: /Contract \(resolved\)/ })).toBeVisible()
  await expect(a.log.locator('[data-seq]')).toHaveCount(2)
  await expect(b.log.getByRole('link', { name: '✔ Contract' }).first()).toBeVisible()
  await topics.getByRole('button', { name: 'Reopen Contract' }).click()
  await expect(b.log.getByRole('link', { name: '✔ Contract' })).toHaveCount(0)
  await expect(a.log.locator('[data-seq]')).toHaveCount(2)
})

test('what is saved and followed is still so after coming back', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('saved'), { people: ['ben'] })
  const { seq } = await a.post(room, 'remember this')
  await b.open(room)
  await b.message('remember this').focus()
  await b.page.keyboard.press('s')
  await expect(b.message('remember this').getByText('Saved', { exact: true })).toBeVisible()
  await b.page.reload()
  await expect(b.message('remember this').getByText('Saved', { exact: true })).toBeVisible()

  await b.open(room, `?thread=${seq}`)
  const thread = b.page.getByRole('complementary', { name: 'Thread' })
  await thread.getByRole('button', { name: 'Follow thread' }).click()
  await expect(b.page.getByText('You follow this thread.')).toBeVisible()
  await b.page.reload()
  await thread.getByRole('button', { name: 'Stop following' }).click()
  await expect(b.page.getByText('You no longer follow this thread.')).toBeVisible()
  // Who takes part follows; who said no does not follow, whatever they write.
  await b.post(room, 'a reply', { thread: seq })
  await b.page.reload()
  await expect(thread.getByText('a reply')).toBeVisible()
  await expect(thread.getByRole('button', { name: 'Follow thread' })).toBeVisible()
})
