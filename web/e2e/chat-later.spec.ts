import { Chat, unique } from './chat'
import { expect, test } from './kontor'

const soon = () => new Date(Date.now() + 1_500).toISOString()

test('a message goes out at its time, or is taken back', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const name = unique('later')
  const room = await a.createRoom(name, { people: ['ben'] })
  await b.open(room)
  await a.open(room)
  await a.field.fill('good morning')
  await a.page.getByRole('button', { name: 'Send later' }).click()
  await a.page.getByRole('menuitem', { name: /^Tomorrow morning/ }).click()
  await expect(a.page.getByText('The message is scheduled.')).toBeVisible()
  await expect(a.field).toHaveValue('')
  await a.page.goto(`${ana.url}/chat/drafts`)
  const scheduled = a.page.getByRole('region', { name: 'Scheduled' }).getByRole('listitem').filter({ hasText: name })
  await expect(scheduled).toContainText('good morning')
  await scheduled.getByRole('button', { name: 'Do not send' }).click()
  await expect(scheduled).toHaveCount(0)

  await ana.api('post', '/chat/scheduled', { room, text: 'right on time', at: soon() })
  await expect(b.message('right on time')).toBeVisible()
  await expect(b.message('good morning')).toHaveCount(0)
})

test('a reminder is set at a message, and arrives in the inbox', async ({ ana }) => {
  const a = new Chat(ana)
  const room = await a.createRoom(unique('remind'))
  const { seq } = await a.post(room, `send the ${unique('offer')}`)
  await a.open(room)
  await a.message('send the').hover()
  await a.page.getByRole('button', { name: 'More actions' }).click()
  await a.page.getByRole('menuitem', { name: 'In 3 hours' }).click()
  await expect(a.page.getByText('You will be reminded.')).toBeVisible()
  const text = (await a.message('send the').getByText(/send the/).textContent()) ?? ''
  await a.page.goto(`${ana.url}/chat/saved`)
  const reminder = a.page.getByRole('region', { name: 'Reminders' }).getByRole('listitem').filter({ hasText: text })
  await expect(reminder).toBeVisible()
  await reminder.getByRole('button', { name: 'Remove reminder' }).click()
  await expect(reminder).toHaveCount(0)

  await ana.api('post', '/chat/reminders', { room, seq, at: soon() })
  await a.page.getByRole('button', { name: /^Notifications/ }).click()
  await a.page.getByRole('dialog', { name: 'Notifications' }).getByRole('link', { name: new RegExp(text) }).click()
  await expect(a.message(text)).toBeInViewport()
})
