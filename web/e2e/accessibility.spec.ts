import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Page } from './kontor'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} — ${failureSummary}`) }))).toEqual([])
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

    test('administration and API reference', async ({ join, url }) => {
      const { page } = await join('ana', { colorScheme })
      await page.goto(`${url}/admin/people`)
      await expect(page.getByText('ben@acme.example')).toBeVisible()
      await expectAccessible(page)
      await page.goto(`${url}/admin/actors`)
      await expect(page.getByRole('treeitem').first()).toBeVisible()
      await expectAccessible(page)
      await page.goto(`${url}/api-docs`)
      await page.getByText('/api/v1/auth/sign-in').first().click()
      await expectAccessible(page)
    })
  })
}
