import { join } from 'node:path'
import { Chat, unique } from './chat'
import { expect, type Page } from './kontor'
import { test } from './outside'

async function picture(page: Page, name: string) {
  const folder = process.env.SCREENSHOTS
  if (!folder) return
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

const labelled = (page: Page, name: string) => page.getByRole('status', { name })

test('webhooks bring messages in and out, and what failed is sent again', async ({ ana, ben, other }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('ops'), { people: ['ben'] })
  await b.open(room)
  await a.open(room, '?panel=settings')
  await a.page.getByRole('link', { name: 'Integrations' }).click()
  const panel = a.page.getByRole('complementary', { name: 'Integrations' })
  await expect(panel.getByText('Nothing here yet.')).toHaveCount(2)

  await panel.getByRole('button', { name: 'Add incoming webhook' }).click()
  const dialog = a.page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Grafana')
  await dialog.getByLabel('Emoji').fill(':fire:')
  await dialog.getByRole('button', { name: 'Make' }).click()
  const address = (await labelled(a.page, 'Address').textContent()) ?? ''
  await picture(a.page, 'incoming-once')
  await dialog.getByRole('button', { name: 'Done' }).click()
  const attachments = [{ color: 'danger', title: 'CPU', title_link: 'https://grafana.example', fields: [{ title: 'Host', value: 'a1' }] }]
  const sent = await fetch(address, { method: 'POST', body: JSON.stringify({ text: '*95 %* for five minutes', attachments }), headers: { 'content-type': 'application/json' } })
  expect([sent.status, await sent.text()]).toEqual([200, 'ok'])
  await expect(b.message('95 % for five minutes')).toContainText('BOT')
  await expect(b.message('95 % for five minutes')).toContainText('Grafana')
  await expect(b.message('95 % for five minutes')).toContainText('Host: a1')

  await panel.getByRole('button', { name: 'Add outgoing webhook' }).click()
  await dialog.getByLabel('Name').fill('Deployer')
  await dialog.getByLabel('Address').fill(other.url)
  await dialog.getByLabel('First words').fill('deploy')
  await dialog.getByRole('button', { name: 'Make' }).click()
  await expect(labelled(a.page, 'Verification token')).not.toBeEmpty()
  await dialog.getByRole('button', { name: 'Done' }).click()
  other.answers(500)
  await a.say('deploy web')
  await panel.getByRole('button', { name: 'Actions for Deployer' }).click()
  await a.page.getByRole('menuitem', { name: 'Deliveries' }).click()
  const list = a.page.getByRole('dialog').getByRole('list', { name: 'Deliveries' })
  await expect(list.getByText('Waits')).toBeVisible()
  await picture(a.page, 'deliveries-waiting')
  other.answers(200, { text: 'web is *on its way*' })
  await expect(list.getByText('Delivered')).toBeVisible({ timeout: 20_000 })
  await expect(b.message('web is on its way')).toContainText('Deployer')
  expect(other.got.at(-1)?.form.get('text')).toBe('deploy web')
  expect(other.got.at(-1)?.signature).toMatch(/^v0=[0-9a-f]{64}$/)
  const before = other.got.length
  await list.getByRole('button', { name: 'Send again' }).click()
  await expect.poll(() => other.got.length).toBeGreaterThan(before)
  await a.page.keyboard.press('Escape')
  await picture(a.page, 'integrations')
  await a.page.emulateMedia({ colorScheme: 'dark' })
  await picture(a.page, 'integrations-dark')
})

test('slash commands complete by keyboard, and what they answer is for one person', async ({ ana, ben, other }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('talk'), { people: ['ben'] })
  await ana.page.goto(`${ana.url}/admin/commands`)
  await ana.page.getByRole('button', { name: 'Add command' }).click()
  const dialog = ana.page.getByRole('dialog')
  await dialog.getByLabel('Command').fill('/deploy')
  await dialog.getByLabel('Address').fill(other.url)
  await dialog.getByLabel('Description').fill('Ship a service')
  await dialog.getByLabel('Usage hint').fill('[service]')
  await dialog.getByRole('button', { name: 'Make' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(ana.page.getByText('Ship a service')).toBeVisible()
  await picture(ana.page, 'commands')

  await b.open(room)
  await a.open(room)
  await a.field.pressSequentially('/')
  const options = a.page.getByRole('listbox', { name: 'Suggestions' })
  await expect(options.getByRole('option', { name: /^\/archive/ })).toBeVisible()
  await picture(a.page, 'command-list')
  await a.field.pressSequentially('dep')
  await expect(options.getByRole('option')).toHaveText(['/deploy[service]Ship a service'])
  await a.field.press('Tab')
  await expect(a.field).toHaveValue('/deploy ')
  other.answers(200, { text: 'on *its* way' })
  await a.field.pressSequentially('web')
  await a.field.press('Enter')
  const whispers = a.page.getByRole('log', { name: 'Only visible to you' })
  await expect(whispers.getByText('on its way')).toBeVisible()
  await expect(whispers.getByText('Only visible to you')).toBeVisible()
  await picture(a.page, 'ephemeral')
  await a.page.emulateMedia({ colorScheme: 'dark' })
  await picture(a.page, 'ephemeral-dark')
  await expect(b.page.getByText('on its way')).toHaveCount(0)
  const form = other.got.at(-1)?.form
  expect([form?.get('command'), form?.get('text')]).toEqual(['/deploy', 'web'])
  const later = await fetch(form?.get('response_url') ?? '', { method: 'POST', body: JSON.stringify({ text: 'shipped', response_type: 'in_channel' }) })
  expect(later.status).toBe(200)
  await expect(b.message('shipped')).toContainText('BOT')
  await whispers.getByRole('button', { name: 'Dismiss' }).click()
  await expect(whispers.getByText('on its way')).toHaveCount(0)

  await a.field.fill('/me waves')
  await a.field.press('Enter')
  await expect(b.message('waves')).toBeVisible()
  await a.field.fill('/tpic new')
  await a.field.press('Enter')
  await expect(whispers.getByText('Did you mean /topic?')).toBeVisible()
  await expect(a.field).toHaveValue('/tpic new')
  await a.field.fill('//etc is a folder')
  await a.field.press('Enter')
  await expect(b.message('/etc is a folder')).toBeVisible()
})

test('a bot gets a token, speaks with it, and loses it', async ({ ana, ben, url }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('bots'))
  await ana.page.goto(`${url}/admin/bots`)
  await expect(ana.page.getByRole('heading', { name: 'No bots yet' })).toBeVisible()
  await ana.page.getByRole('button', { name: 'Add bot' }).click()
  const dialog = ana.page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Helper')
  await dialog.getByLabel('Emoji').fill('🤖')
  await dialog.getByLabel('Description').fill('Answers questions')
  await dialog.getByRole('button', { name: 'Make' }).click()
  await dialog.getByLabel('What it is for').fill('production')
  await dialog.getByRole('button', { name: 'Make token' }).click()
  const token = (await labelled(ana.page, 'New token').textContent()) ?? ''
  await expect(dialog.getByRole('list', { name: 'Tokens' }).getByText('production')).toBeVisible()
  await picture(ana.page, 'tokens')
  const { items } = (await ana.api('get', '/bots')) as { items: { id: string }[] }
  await ana.api('put', `/chat/rooms/${room}/members/${items[0]?.id}`, { role: 'member' })
  await ana.api('put', `/chat/rooms/${room}/members/${await ana.idOf('ben')}`, { role: 'member' })
  await b.open(room, '?panel=members')
  const say = () => fetch(`${url}/api/v1/chat/rooms/${room}/messages`, {
    method: 'POST', body: JSON.stringify({ text: 'at your service' }), headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  })
  expect((await say()).status).toBe(201)
  await expect(b.message('at your service')).toContainText('HelperBOT')
  await expect(b.page.getByRole('complementary', { name: 'Members' }).getByText('BOT')).toBeVisible()
  await picture(b.page, 'bot-message')
  await b.page.setViewportSize({ width: 390, height: 844 })
  await b.open(room)
  await picture(b.page, 'bot-message-phone')
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByRole('button', { name: 'Really revoke' }).click()
  await expect(dialog.getByText('No tokens yet')).toBeVisible()
  expect((await say()).status).toBe(401)
  await ana.page.keyboard.press('Escape')
  await ana.page.setViewportSize({ width: 390, height: 844 })
  await picture(ana.page, 'bots-phone')
})
