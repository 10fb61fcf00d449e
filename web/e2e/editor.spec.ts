import { expect, test, type Page } from './kontor'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC'

/** Gives the editor a paste or drop as the browser would. */
async function deliver(page: Page, kind: 'paste' | 'drop', items: { png?: string; text?: Record<string, string> }) {
  await page.locator('.ProseMirror').first().evaluate(
    (element, { kind: type, png, text }) => {
      const data = new DataTransfer()
      for (const [format, value] of Object.entries(text ?? {})) data.setData(format, value)
      if (png) data.items.add(new File([Uint8Array.from(atob(png), (char) => char.charCodeAt(0))], 'square.png', { type: 'image/png' }))
      const { left, top } = element.getBoundingClientRect()
      const event =
        type === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true, clientX: left + 20, clientY: top + 10 })
      element.dispatchEvent(event)
    },
    { kind, ...items },
  )
}

test('Markdown shortcuts make blocks', async ({ ana }) => {
  await ana.open(await ana.newDocument('Markdown'))
  await ana.write('# Heading\n## Sub\n- point\n\n1. number\n\n[ ] task\n\n> quote\n\n\n**bold** and `code` ')
  const { body } = ana
  await expect(body.getByRole('heading', { level: 1, name: 'Heading' })).toBeVisible()
  await expect(body.getByRole('heading', { level: 2, name: 'Sub' })).toBeVisible()
  await expect(body.locator('ul:not([data-type]) li')).toHaveText('point')
  await expect(body.locator('ol li')).toHaveText('number')
  await expect(body.getByRole('checkbox', { name: 'Open task: task' })).toBeVisible()
  await expect(body.locator('blockquote')).toHaveText('quote')
  await expect(body.locator('strong')).toHaveText('bold')
  await expect(body.locator('p > code')).toHaveText('code')
  await body.getByRole('checkbox').check()
  await expect(body.locator('li[data-checked="true"]')).toBeVisible()
  await ana.expectSaved()
})

test('the slash menu inserts a table, which can grow', async ({ ana }) => {
  const { page, body } = ana
  await ana.open(await ana.newDocument('Slash'))
  await ana.write('/tab')
  await expect(page.getByRole('option', { name: 'Table' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(body.locator('table tr')).toHaveCount(3)
  await page.keyboard.type('cell')
  await expect(body.locator('th').first()).toHaveText('cell')
  await page.getByRole('toolbar', { name: 'Table' }).getByRole('button', { name: 'Insert row below' }).click()
  await expect(body.locator('table tr')).toHaveCount(4)
  await page.getByRole('toolbar', { name: 'Table' }).getByRole('button', { name: 'Insert column right' }).click()
  await expect(body.locator('table tr').first().locator('th')).toHaveCount(4)
})

test('the slash menu: arrows choose, Escape closes and leaves the text', async ({ ana }) => {
  const { page, body } = ana
  await ana.open(await ana.newDocument('Slash keys'))
  await ana.write('/')
  const menu = page.getByRole('listbox')
  await expect(menu).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(menu.getByRole('option', { selected: true })).toHaveText(/Heading 1/)
  await page.keyboard.press('Enter')
  await page.keyboard.type('Big')
  await expect(body.getByRole('heading', { level: 1, name: 'Big' })).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.type('/')
  await expect(menu).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)
  await expect(body.locator('p').last()).toHaveText('/')
})

test('code is coloured', async ({ ana }) => {
  const { page, body } = ana
  await ana.open(await ana.newDocument('Code'))
  await ana.write('```rust ')
  await page.keyboard.type('let x = 1')
  const keyword = body.locator('pre .hljs-keyword')
  await expect(keyword).toHaveText('let')
  const language = page.getByRole('combobox', { name: 'Language of the code' })
  await language.selectOption('python')
  await expect(keyword).toHaveCount(0)
  await language.selectOption('javascript')
  await expect(keyword).toHaveText('let')
})

test('selected text gets a floating toolbar and a link', async ({ ana }) => {
  const { page, body } = ana
  await ana.open(await ana.newDocument('Toolbar'))
  await ana.write('Read the manual')
  await page.keyboard.press('Control+a')
  const toolbar = page.getByRole('toolbar', { name: 'Format' }).locator('visible=true')
  await toolbar.getByRole('button', { name: 'Bold' }).click()
  await expect(body.locator('strong')).toHaveText('Read the manual')
  await toolbar.getByRole('button', { name: 'Link' }).click()
  await page.getByLabel('Address of the link').fill('kontor.example')
  await page.keyboard.press('Enter')
  await expect(body.locator('a')).toHaveAttribute('href', 'https://kontor.example')
  await toolbar.getByRole('combobox', { name: 'Turn into' }).selectOption('heading2')
  await expect(body.getByRole('heading', { level: 2 })).toHaveText('Read the manual')
})

for (const kind of ['paste', 'drop'] as const) {
  test(`an image arrives by ${kind}, and everybody sees it`, async ({ ana, ben }) => {
    const id = await ana.newDocument('Image')
    await ana.share(id, 'ben', 'view')
    await ana.open(id)
    await ben.open(id)
    await ana.write('Before')
    await deliver(ana.page, kind, { png: PNG })
    for (const person of [ana, ben]) {
      const image = person.body.locator(`img[src^="/api/v1/documents/${id}/files/"]`)
      await expect(image).toBeVisible()
      await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(10)
    }
    await ana.expectSaved()
  })
}

test('paste from Word and as Markdown comes out clean', async ({ ana }) => {
  const { page, body } = ana
  await ana.open(await ana.newDocument('Paste'))
  await body.click()
  const html = '<p class="MsoNormal" style="color:red">From <b>Word</b><o:p></o:p></p><script>alert(1)</script>'
  await deliver(page, 'paste', { text: { 'text/html': html, 'text/plain': 'From Word' } })
  await expect(body.locator('strong')).toHaveText('Word')
  await expect(body.locator('[style*="red"], .MsoNormal, script')).toHaveCount(0)
  await page.keyboard.press('Enter')
  await deliver(page, 'paste', { text: { 'text/plain': '## Pasted\n\n- [x] done\n- [ ] open\n\n| A | B |\n| --- | --- |\n| 1 | 2 |' } })
  await expect(body.getByRole('heading', { level: 2, name: 'Pasted' })).toBeVisible()
  await expect(body.getByRole('checkbox')).toHaveCount(2)
  await expect(body.locator('table td')).toHaveText(['1', '2'])
})

test('outline, word count and copy as Markdown', async ({ ana }) => {
  const { page } = ana
  await ana.open(await ana.newDocument('Outline'))
  await ana.write('# One\nsome words\n## Two\nmore')
  await page.getByRole('button', { name: 'Outline and versions' }).click()
  const panel = page.getByRole('complementary')
  await expect(panel.getByRole('button', { name: 'Two' })).toBeVisible()
  await expect(panel.getByText('5 words')).toBeVisible()
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('# One\n\nsome words\n\n## Two')
})

test('blocks move by keyboard', async ({ ana }) => {
  await ana.open(await ana.newDocument('Move'))
  await ana.write('first\nsecond')
  await ana.page.keyboard.press('Alt+ArrowUp')
  await expect(ana.body.locator('p')).toHaveText(['second', 'first'])
  await ana.page.keyboard.press('Alt+ArrowDown')
  await expect(ana.body.locator('p')).toHaveText(['first', 'second'])
})

test('a sample document shows everything', async ({ ana, url }) => {
  await ana.page.goto(url)
  await ana.page.getByRole('button', { name: /^Sample document/ }).click()
  await expect(ana.body.getByRole('heading', { name: 'Tables' })).toBeVisible()
  await expect(ana.body.locator('.hljs-keyword').first()).toBeVisible()
  await ana.expectSaved()
})
