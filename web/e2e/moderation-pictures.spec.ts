import { join as joinPath } from 'node:path'
import { Chat, unique } from './chat'
import { expect, test } from './kontor'

const FOLDER = process.env.SCREENSHOTS
test.skip(!FOLDER, 'set SCREENSHOTS to a folder to take pictures')

const LOOKS = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const

for (const { name, options } of LOOKS) {
  test(`pictures of bookmarks, moderation and holds: ${name}`, async ({ join, ben, yuki }) => {
    test.setTimeout(120_000)
    const ana = await join('ana', options)
    const [a, b, y] = [new Chat(ana), new Chat(ben), new Chat(yuki)]
    const { page } = ana
    const picture = (title: string) => page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-${title}.png`), animations: 'disabled' })
    const room = await a.createRoom(unique('website'), { people: ['ben', 'yuki'] })
    for (const [title, url, emoji] of [['Handbook', 'https://example.org/handbook', '📖'], ['Launch plan', `/documents/${await ana.newDocument('Launch plan')}`, ''], ['Status board', 'https://board.example', ''], ['Decision of Monday', `/chat/${room}?at=1`, '']] as const) {
      await ana.api('post', `/chat/rooms/${room}/bookmarks`, { title, url, emoji })
    }
    await a.post(room, 'The launch is on Monday, is everything ready?')
    await b.post(room, 'The texts are, the pictures are not.')
    const rude = await y.post(room, 'Whoever is late with the pictures again is a **fool**.')
    await b.post(room, 'Please, not like this.')
    await ben.api('post', `/chat/rooms/${room}/messages/${rude.seq}/reports`, { reason: 'Insult or harassment' })
    await a.open(room)
    await expect(a.page.getByRole('navigation', { name: 'Bookmarks' })).toBeVisible()
    await picture('bookmarks')
    if (name === 'phone') await page.getByRole('button', { name: 'Add bookmark' }).click()
    else await page.getByRole('navigation', { name: 'Bookmarks' }).getByRole('button', { name: 'Add bookmark' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await picture('bookmark-dialog')
    await page.keyboard.press('Escape')
    if (name !== 'phone') {
      await a.message('fool').hover()
      await a.message('fool').getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'Report to moderators…' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await picture('report')
      await page.keyboard.press('Escape')
    }
    await page.goto(`${ana.url}/admin/moderation`)
    const found = page.getByRole('button', { expanded: false }).filter({ hasText: 'fool' }).first()
    await found.click()
    await expect(page.getByRole('list', { name: 'The message and those around it' })).toBeVisible()
    await page.getByRole('checkbox', { name: 'Ban from channel' }).check()
    await picture('queue')
    await page.getByRole('button', { name: 'Carry out' }).scrollIntoViewIfNeeded()
    await picture('queue-decision')
    await ana.api('put', `/chat/rooms/${room}/bans/${await ana.idOf('ben')}`, { reason: 'Spam', until: new Date(Date.now() + 86_400_000).toISOString() })
    await page.goto(`${ana.url}/admin/moderation?tab=people`)
    await expect(page.getByRole('button', { name: 'Lift the ban of Ben Okafor' }).first()).toBeVisible()
    await picture('sanctions')
    await page.getByRole('button', { name: 'Let somebody only read' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await picture('sanction-dialog')
    await page.keyboard.press('Escape')
    await page.goto(`${ana.url}/admin/moderation?tab=audit`)
    await expect(page.getByRole('row').nth(1)).toBeVisible()
    await picture('audit')
    await page.goto(`${ana.url}/chat/${room}?panel=members`)
    await expect(page.getByRole('region', { name: 'Banned from this channel' })).toBeVisible()
    await picture('banned')
    await page.goto(`${ana.url}/admin/holds`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await ana.api('post', '/chat/holds', { name: 'Case 2026-14', reason: 'Harbour Hotels against Acme: letter of the court of 3 November.', people: [await ana.idOf('ben')], rooms: [room], from: '2026-01-01T00:00:00Z' })
    await page.reload()
    await expect(page.getByText('Case 2026-14').first()).toBeVisible()
    await picture('holds')
    await page.getByRole('button', { name: 'New hold' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await picture('hold-dialog')
    await page.goto(ana.url)
    await page.getByRole('button', { name: /^Account of/ }).click()
    await expect(page.getByRole('menuitem', { name: 'For 1 hour' })).toBeVisible()
    await picture('pause')
    await ana.api('delete', `/chat/rooms/${room}/bans/${await ana.idOf('ben')}`)
  })
}
