import { join as joinPath } from 'node:path'
import { Chat } from './chat'
import { talkOfTheTeam } from './scene'
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
    await page.goto(url)
    await expect(page.getByText('Recent documents')).toBeVisible()
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('option').first()).toBeVisible()
    await picture('palette')
  })
}

test('pictures: chat', async ({ ana, ben, yuki, join, url }) => {
  test.setTimeout(120_000)
  const { room, thread } = await talkOfTheTeam({ ana: new Chat(ana), ben: new Chat(ben), yuki: new Chat(yuki) })
  await new Chat(ben).open(room)
  for (const { name, options } of LOOKS) {
    const person = await join('ana', options)
    const { page } = person
    const chat = new Chat(person)
    const picture = (title: string) => page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-${title}.png`), animations: 'disabled' })
    const drawn = () => page.evaluate(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0))
    await chat.open(room)
    await expect(chat.message('Agreed')).toBeInViewport()
    await expect.poll(drawn).toBe(true)
    await picture('chat')
    await chat.open(room, `?thread=${thread}`)
    await expect(page.getByRole('complementary', { name: 'Thread' }).getByText('Two sizes')).toBeVisible()
    await picture('chat-thread')
    await page.goto(`${url}/chat/${room}?panel=topics`)
    await expect(page.getByRole('complementary', { name: 'Topics' }).getByRole('link').first()).toBeVisible()
    await picture('chat-topics')
    await page.goto(`${url}/chat`)
    await expect(page.getByRole('link', { name: 'Browse channels' }).first()).toBeVisible()
    await picture('chat-list')
  }
})
