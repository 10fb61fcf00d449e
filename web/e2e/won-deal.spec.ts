import { Records } from './business'
import { expect, test } from './kontor'

const euro = (amount: number) => ({ minor: amount * 100, currency: 'EUR' })

test('a won deal makes a project and the draft of an invoice, which its page shows without a reload', async ({ ana, ben, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const { pipeline, stages } = await records.pipeline('Won', ['Contacted', 'Closing'])
  const company = await records.make('crm.company', { name: 'Wind & Sons' })
  const name = `Wind park ${crypto.randomUUID().slice(0, 8)}`
  const deal = await records.make('crm.deal', { name, pipeline, stage: stages[0], company, value: euro(48_000), close_on: '2027-02-01' })
  await ben.page.goto(`${url}/business/crm-deal/${deal}`)
  await expect(ben.page.getByRole('heading', { level: 1, name })).toBeVisible()
  // From the board to the deal, and won there.
  await records.openBoard(pipeline)
  await records.card(name).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await page.getByRole('button', { name: 'Win', exact: true }).click()
  for (const one of [page, ben.page]) {
    await expect(one.getByRole('banner').or(one.getByRole('main')).getByText('Won', { exact: true }).first()).toBeVisible()
    await expect(one.getByRole('region', { name: 'Projects' }).getByRole('link', { name })).toBeVisible()
    await expect(one.getByRole('region', { name: 'Invoices' }).getByRole('link', { name })).toBeVisible()
  }
  await page.getByRole('region', { name: 'Projects' }).getByRole('link', { name }).click()
  await expect(page.locator('[data-field="deal"] [data-value]')).toHaveText(name)
  await expect(page.locator('[data-field="company"] [data-value]')).toHaveText('Wind & Sons')
  await expect(page.locator('[data-field="budget"] [data-value]')).toHaveText('€48,000')
  // And back by the link to the deal, then to the invoice.
  await page.locator('[data-field="deal"]').getByRole('link', { name }).click()
  await page.getByRole('region', { name: 'Invoices' }).getByRole('link', { name }).click()
  await expect(page.locator('[data-field="net"] [data-value]')).toHaveText('€48,000')
  await expect(page.getByRole('main').getByText('Draft', { exact: true })).toBeVisible()
  // Who did it stands in the history of what followed.
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'created it' })).toContainText('automatic')
  // A deal is won once.
  await expect(page).toHaveURL(/finance-invoice/)
  const made = (await ana.api('get', `/records/projects.project?filter=${encodeURIComponent(JSON.stringify({ field: 'deal', op: 'is', value: deal }))}`)) as { items: unknown[] }
  expect(made.items).toHaveLength(1)
})
