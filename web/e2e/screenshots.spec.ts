import { join as joinPath } from 'node:path'
import { Chat } from './chat'
import { expect, test } from './kontor'

const FOLDER = process.env.SCREENSHOTS
test.skip(!FOLDER, 'set SCREENSHOTS to a folder to take pictures')

const LOOKS = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1440, height: 900 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const

for (const { name, options } of LOOKS) {
  test(`pictures: ${name}`, async ({ join, url }) => {
    const ana = await join('ana', options)
    const ben = await join('ben', options)
    const { page } = ana
    const picture = (title: string) => page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-${title}.png`), animations: 'disabled' })
    await page.goto(url)
    await page.getByRole('button', { name: /^Sample document/ }).click()
    await expect(ana.body.locator('.hljs-keyword').first()).toBeVisible()
    const id = page.url().split('/').at(-1) ?? ''
    await ana.share(id, 'ben', 'edit')
    await ben.open(id)
    await ben.body.locator('h2').first().click()
    await expect(page.locator('.remote-caret-label')).toBeVisible()
    await ana.expectSaved()
    await picture('editor')
    await ana.write('\n/')
    await expect(page.getByRole('listbox')).toBeVisible()
    await picture('slash')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('Control+Shift+ArrowRight')
    if (name !== 'phone') await expect(page.getByRole('toolbar', { name: 'Format' }).locator('visible=true')).toBeVisible()
    await picture('toolbar')
    await page.getByRole('button', { name: 'Share' }).click()
    await expect(page.getByText('ben@acme.example')).toBeVisible()
    await picture('share')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Versions' }).click()
    await page.getByRole('button', { name: 'Keep the present state' }).click()
    await expect(page.getByRole('complementary').getByRole('button', { pressed: false }).first()).toBeVisible()
    await picture('versions')
    for (const [title, path, ready] of [
      ['home', '/', 'Recent documents'],
      ['documents', '/documents', 'A tour of the editor'],
      ['people', '/admin/people', 'ben@acme.example'],
      ['actors', '/admin/actors', 'Live'],
      ['api', '/api-docs', '/api/v1/auth/sign-in'],
    ] as const) {
      await page.goto(url + path)
      await expect(page.getByText(ready).first()).toBeVisible()
      await picture(title)
    }
    const chat = new Chat(ana)
    const room = await chat.createRoom(`design-${name}`, { people: ['ben', 'yuki'] })
    const talk = new Chat(ben)
    const first = await talk.post(room, 'The second round is ready. **One thing per screen**:\n\n1. Workspace name\n2. Invite colleagues\n3. Pick the apps', { topic: 'Onboarding' })
    await talk.post(room, '> One thing per screen\n\nShould the bar be *quieter*?\n\n```ts\nconst width = `${(step / of) * 100}%`\n```', { topic: 'Onboarding' })
    await chat.post(room, 'Yes, please.', { thread: first.seq })
    await chat.post(room, `Looks good, <@${await ana.idOf('ben')}>. Ship it on Monday.`)
    await chat.open(room)
    await picture('chat')
    await chat.open(room, `?thread=${first.seq}`)
    await expect(page.getByText('Yes, please.').last()).toBeVisible()
    await picture('chat-thread')
    await page.goto(`${url}/chat`)
    await expect(page.getByRole('link', { name: 'Browse channels' }).first()).toBeVisible()
    await picture('chat-list')
    await page.goto(url)
    await expect(page.getByText('Recent documents')).toBeVisible()
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('option').first()).toBeVisible()
    await picture('palette')
  })
}
