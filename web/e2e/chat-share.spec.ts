import { Chat, PICTURE, unique } from './chat'
import { expect, test } from './kontor'

test('a message is forwarded with a word, and leads back to where it was said', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const from = await a.createRoom(unique('origin'), { people: ['ben'] })
  const name = unique('target')
  const to = await a.createRoom(name, { people: ['ben'] })
  await a.post(from, 'the **figures** are good')
  await a.open(from)
  await b.open(to)
  await a.message('figures').focus()
  await a.page.keyboard.press('f')
  const dialog = a.page.getByRole('dialog', { name: 'Forward message' })
  await dialog.getByLabel('Add a word (optional)').fill('for your information')
  await dialog.getByRole('textbox', { name: 'Find a room or a person' }).fill(name)
  await dialog.getByRole('button', { name }).click()
  await expect(b.message('for your information')).toContainText('the figures are good')
  await b.message('for your information').getByRole('link', { name: /Ana Ribeiro/ }).click()
  await expect(b.page).toHaveURL(new RegExp(`/chat/${from}`))
  await expect(b.message('figures')).toBeInViewport()
})

test('an emoji of our own is added, written, and used to react', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const emoji = unique('ship').replace('-', '_')
  const room = await a.createRoom(unique('emoji'), { people: ['ben'] })
  await a.open(room)
  await a.page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Add', exact: true }).click()
  await a.page.getByRole('menuitem', { name: 'Our own emoji' }).click()
  const dialog = a.page.getByRole('dialog', { name: 'Our own emoji' })
  await dialog.locator('input[type=file]').setInputFiles({ name: `${emoji}.png`, mimeType: 'image/png', buffer: Buffer.from(PICTURE, 'base64') })
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(dialog.getByText(`:${emoji}:`)).toBeVisible()
  await a.page.keyboard.press('Escape')
  await a.field.fill(`aboard :${emoji}:`)
  await a.field.press('Escape')
  await a.page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(a.message('aboard').getByRole('img', { name: `:${emoji}:` })).toBeVisible()

  await b.open(room)
  const picture = b.message('aboard').getByRole('img', { name: `:${emoji}:` })
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(4)
  await b.message('aboard').hover()
  await b.page.getByRole('button', { name: 'Add reaction', exact: true }).click()
  await b.page.getByRole('textbox', { name: 'Search emoji' }).fill(emoji)
  await b.page.getByRole('button', { name: emoji }).click()
  await expect(a.message('aboard').getByRole('button', { name: /from Ben Okafor/ })).toBeVisible()
})
