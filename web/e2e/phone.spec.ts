import { expect, test, type Page } from './kontor'

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

async function expectNoSidewaysScroll(page: Page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
}

test('everything fits a phone', async ({ join, url }) => {
  const ana = await join('ana', PHONE)
  const { page } = ana
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expectNoSidewaysScroll(page)
  await page.getByRole('navigation', { name: 'Apps' }).locator('visible=true').getByRole('link', { name: 'Documents' }).tap()
  await expect(page.getByRole('searchbox')).toBeVisible()
  await expectNoSidewaysScroll(page)
  await page.goto(`${url}/admin/people`)
  await expect(page.getByText('ben@acme.example')).toBeVisible()
  await expectNoSidewaysScroll(page)
})

test('writing on a phone', async ({ join }) => {
  const ana = await join('ana', PHONE)
  const { page } = ana
  await ana.open(await ana.newDocument('On the phone'))
  await ana.body.tap()
  const tools = page.getByRole('toolbar', { name: 'Format' }).locator('visible=true')
  await tools.getByRole('button', { name: 'Heading 1' }).tap()
  await page.keyboard.type('Thumbs')
  await expect(ana.body.getByRole('heading', { level: 1, name: 'Thumbs' })).toBeVisible()
  await ana.expectSaved()
  await expectNoSidewaysScroll(page)
})
