import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { looks } from './looks'
import { expect, test, type Page, type Person } from './kontor'

const word = () => `w${crypto.randomUUID().slice(0, 8)}`
const euro = (amount: number) => ({ minor: amount * 100, currency: 'EUR' })

const views = (page: Page, name: string | RegExp) => page.getByRole('button', { name: typeof name === 'string' ? `View: ${name}` : name })

/** Companies that only this test knows, all of one industry. */
async function companies(person: Person, industry: string) {
  const records = new Records(person)
  for (const [name, revenue, size] of [['Lumen', 9_000, 'up_to_10'], ['Kestrel', 52_000, 'up_to_50'], ['Harbour', 84_000, 'up_to_50']] as const)
    await records.make('crm.company', { name: `${name} ${industry}`, industry, size, revenue: euro(revenue) })
}

async function open(person: Person, search = '') {
  await person.page.goto(`${person.url}/business/crm-company${search}`)
  await expect(views(person.page, /^View: /)).toBeVisible()
}

/** Only the companies of one industry, through the filter of the list. */
const filtered = (industry: string) => `?filter=${encodeURIComponent(JSON.stringify([{ field: 'industry', op: 'is', value: industry }]))}`

async function save(page: Page, name: string) {
  await views(page, /^View: /).click()
  await page.getByRole('menuitem', { name: 'Save as a new view…' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(views(page, name)).toBeVisible()
}

test('a view is saved with its filter and groups, changed, copied by its link, and deleted', async ({ ana }) => {
  const [industry, name] = [word(), `Large ${word()}`]
  await companies(ana, industry)
  await open(ana, filtered(industry))
  const { page } = ana
  const row = (title: string) => page.locator('[data-record]').filter({ hasText: title })
  await expect(row('Kestrel')).toBeVisible()
  await page.getByRole('button', { name: 'Group by' }).click()
  await page.getByRole('option', { name: 'Size' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Add up' }).click()
  await page.getByRole('option', { name: 'Revenue' }).click()
  await page.keyboard.press('Escape')
  await expect(page.locator('[data-sums] [data-sum="revenue"]')).toHaveText('€145,000')
  await expect(page.locator('[data-group]').filter({ hasText: '2 records' }).locator('[data-sum="revenue"]')).toHaveText('€136,000')
  await save(page, name)
  await looks(page, 'views-grouped')
  // What is changed is not kept until it is said.
  await page.getByRole('button', { name: 'Cards' }).click()
  await expect(page.getByRole('button', { name: 'Save changes' })).toBeVisible()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await expect(page.getByRole('button', { name: 'Save changes' })).toBeHidden()
  await looks(page, 'views-cards')
  // The link alone brings it all back.
  const { pathname, search } = new URL(page.url())
  expect([...new URLSearchParams(search).keys()]).toEqual(['saved'])
  await page.goto(`${ana.url}/business`)
  await page.goto(`${ana.url}${pathname}${search}`)
  await expect(views(page, name)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Cards' })).toHaveAttribute('aria-pressed', 'true')
  await expect(row('Kestrel')).toBeVisible()
  await expect(page.locator('[data-record]')).toHaveCount(3)
  await views(page, name).click()
  await looks(page, 'views-menu')
  await page.getByRole('menuitem', { name: 'Rename or share…' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill(`${name} too`)
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(views(page, `${name} too`)).toBeVisible()
  await views(page, `${name} too`).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(views(page, 'All Companies')).toBeVisible()
})

test('a shared view follows for everyone who looks at it, and opens the list', async ({ ana, ben }) => {
  const [industry, name] = [word(), `Shared ${word()}`]
  await companies(ana, industry)
  const filter = { field: 'industry', op: 'is', value: industry }
  const made = (await ana.api('post', '/record-kinds/crm.company/views', { name, audience: 'everyone', look: { layout: 'table', filter } })) as { id: string }
  const path = `/record-kinds/crm.company/views/${made.id}`
  await open(ben, `?saved=${made.id}`)
  const row = (title: string) => ben.page.locator('[data-record]').filter({ hasText: title })
  await expect(row('Kestrel')).toBeVisible()
  await expect(ben.page.locator('[data-record]')).toHaveCount(3)
  // What one changes, the other sees at once.
  const narrower = { all: [filter, { field: 'size', op: 'in', value: ['up_to_10'] }] }
  await ana.api('patch', path, { version: 1, look: { layout: 'table', filter: narrower } })
  await expect(row('Kestrel')).toBeHidden()
  await expect(row('Lumen')).toBeVisible()
  const scan = await new AxeBuilder({ page: ben.page }).include('header').include('[role="grid"]').analyze()
  expect(scan.violations).toEqual([])
  await ana.api('patch', path, { version: 2, opens: true })
  await ben.page.goto(`${ben.url}/business/crm-company`)
  await expect(views(ben.page, name)).toBeVisible()
  await expect(row('Kestrel')).toBeHidden()
  await ana.api('delete', path)
  await expect(views(ben.page, 'All Companies')).toBeVisible()
})
