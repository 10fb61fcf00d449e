import { AxeBuilder } from '@axe-core/playwright'
import { Chat, unique } from './chat'
import { expect, test, type Page, type Person } from './kontor'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function expectAccessible(page: Page) {
  // The legacy mode is for pages without frames, as all of these are: the other one opens a tab for every look. The
  // same rules run; what passes is only not written down.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).withTags(TAGS).setLegacyMode(true)
  const { violations } = await axe.analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} — ${failureSummary}`) }))).toEqual([])
}

/** A room with everything that a message can hold. */
async function talk(ana: Person) {
  const chat = new Chat(ana)
  const name = unique('axe')
  const room = await chat.createRoom(name, { people: ['ben'] })
  const { seq: root } = await chat.post(room, `**Hello** <@${await ana.idOf('ana')}>, see https://kontor.example\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n- [x] done\n\n> quoted`, { topic: 'Plans' })
  await chat.post(room, 'a reply', { thread: root })
  await chat.post(room, '```js\nlet x = 1\n```')
  await ana.api('put', `/chat/rooms/${room}/messages/${root}/pin`)
  await ana.api('put', `/chat/rooms/${room}/messages/${root}/reactions/${encodeURIComponent('👍')}`)
  await ana.api('post', `/chat/rooms/${room}/bookmarks`, { title: 'Handbook', url: 'https://example.org' })
  return { chat, name, room, root, page: ana.page, url: ana.url }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test('sign-in', async ({ join, url }) => {
      const { page } = await join('ana', { storageState: undefined, colorScheme })
      await page.goto(url)
      await expect(page.getByRole('heading', { name: 'Sign in to Kontor' })).toBeVisible()
      await expectAccessible(page)
    })

    test('home, documents, trash, palette, help', async ({ join, url }) => {
      const { page, ...person } = await join('ana', { colorScheme })
      await page.goto(url)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByRole('heading', { name: 'Recent documents' })).toBeVisible()
      await expectAccessible(page)
      await page.goto(`${url}/documents`)
      await expect(page.getByRole('table').or(page.getByRole('heading', { level: 2 }))).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page)
      expect(person).toBeDefined()
    })

    test('editor with everything in it', async ({ join, url }) => {
      const ana = await join('ana', { colorScheme })
      const { page } = ana
      await page.goto(url)
      await page.getByRole('button', { name: /^Sample document/ }).click()
      await expect(ana.body.locator('.hljs-keyword').first()).toBeVisible()
      await ana.expectSaved()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Outline and versions' }).click()
      await page.getByRole('tab', { name: 'Versions' }).click()
      await expect(page.getByLabel('Name of the version')).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Share' }).click()
      await expect(page.getByRole('dialog').getByText('ana@acme.example')).toBeVisible()
      await expectAccessible(page)
    })

    test('chat: room, pickers, thread', async ({ join }) => {
      const { chat, room, root, page } = await talk(await join('ana', { colorScheme }))
      await chat.open(room)
      await expect(chat.message('Hello')).toBeVisible()
      await expect(page.getByRole('navigation', { name: 'Bookmarks' })).toBeVisible()
      await chat.message('Hello').hover()
      await expectAccessible(page)
      await chat.field.fill('@be')
      await expect(page.getByRole('option').first()).toBeVisible()
      await expectAccessible(page)
      await chat.field.fill('')
      await page.getByRole('button', { name: 'Emoji' }).click()
      await expect(page.getByRole('heading', { name: 'Smileys' })).toBeVisible()
      await expectAccessible(page)
      await chat.open(room, `?thread=${root}`)
      await expect(page.getByText('a reply')).toBeVisible()
      await expectAccessible(page)
    })

    test('chat: panels beside the room', async ({ join }) => {
      const { chat, room, page } = await talk(await join('ana', { colorScheme }))
      for (const panel of ['members', 'pins', 'topics', 'settings', 'files']) {
        await chat.open(room, `?panel=${panel}`)
        await expect(page.getByRole('complementary')).toBeVisible()
        await expectAccessible(page)
      }
    })

    test('chat: lists, phone', async ({ join }) => {
      const { chat, name, page, url } = await talk(await join('ana', { colorScheme }))
      for (const path of ['unread', 'threads', 'saved', 'drafts', 'browse', 'search']) {
        await page.goto(`${url}/chat/${path}`)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expectAccessible(page)
      }
      await page.setViewportSize({ width: 390, height: 844 })
      await page.goto(`${url}/chat`)
      await expect(chat.link(name)).toBeVisible()
      await expectAccessible(page)
    })

    test('administration: moderation, legal holds', async ({ join, url }) => {
      const { page } = await join('ana', { colorScheme })
      for (const path of ['moderation', 'moderation?tab=people', 'moderation?tab=audit', 'holds']) {
        await page.goto(`${url}/admin/${path}`)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
        await expectAccessible(page)
      }
      await page.getByRole('button', { name: 'New hold' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page)
    })

    test('administration: people, actors', async ({ join, url }) => {
      const ana = await join('ana', { colorScheme })
      const { page } = ana
      const email = `${unique('gone')}@acme.example`
      const { user } = (await ana.api('post', '/people', { email, name: 'Nora Nilsson', role: 'tenant_user' })) as { user: { id: string } }
      await ana.api('patch', `/people/${user.id}`, { status: 'suspended' })
      await page.goto(`${url}/admin/people`)
      await expect(page.getByText(email)).toBeVisible()
      await expectAccessible(page)
      await page.goto(`${url}/admin/actors`)
      await expect(page.getByRole('treeitem').first()).toBeVisible()
      await expectAccessible(page)
    })

    test('API reference', async ({ join, url }) => {
      const { page } = await join('ana', { colorScheme })
      await page.goto(`${url}/api-docs`)
      await page.getByText('/api/v1/auth/sign-in').first().click()
      await expect(page.getByText('curl ')).toBeVisible()
      await expectAccessible(page)
    })
  })
}
