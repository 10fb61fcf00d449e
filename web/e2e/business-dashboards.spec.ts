import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { expect, test } from './kontor'
import { looks } from './looks'

const euro = (amount: number) => ({ minor: amount * 100, currency: 'EUR' })

test('a dashboard is made of charts, and follows the records', async ({ ana }) => {
  const records = new Records(ana)
  const name = `Sales ${crypto.randomUUID().slice(0, 6)}`
  const { pipeline, stages } = await records.pipeline(name, ['Contacted', 'Proposal', 'Closing'])
  const filter = { field: 'pipeline', op: 'is', value: pipeline }
  for (const [index, [title, amount]] of ([['Windmill', 1_200], ['Lighthouse', 800], ['Harbour crane', 4_000]] as const).entries())
    await records.make('crm.deal', { name: title, pipeline, stage: stages[index], value: euro(amount), close_on: `2026-1${index}-15` })
  const chart = (title: string, more: object) => ({ title, kind: 'crm.deal', filter, ...more })
  const charts = [
    chart('In all', { form: 'number', sum: 'value' }),
    chart('Amount by stage', { form: 'donut', by: 'stage', sum: 'value', width: 2 }),
    chart('Closing', { form: 'line', by: 'close_on', sum: 'value', width: 2 }),
  ]
  const made = (await ana.api('post', '/record-dashboards', { name, audience: 'me', charts })) as { id: string }
  const { page, url } = ana
  await page.goto(`${url}/business/dashboards?id=${made.id}`)
  const all = page.getByRole('region', { name: 'In all' }).locator('[data-number]')
  await expect(all).toHaveText('€6,000')
  await page.getByRole('button', { name: 'Add chart' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Title').fill('Deals by stage')
  await dialog.getByLabel('By').selectOption({ label: 'Stage' })
  await dialog.getByRole('button', { name: 'Save' }).click()
  const bars = page.getByRole('region', { name: 'Deals by stage' })
  await expect(bars.getByRole('img')).toBeVisible()
  // What is drawn is a table for those who want the numbers.
  await page.getByRole('region', { name: 'Closing' }).getByRole('button', { name: 'Show as a table' }).click()
  await expect(page.getByRole('region', { name: 'Closing' }).getByRole('row').filter({ hasText: 'Dec 26' })).toContainText('€4,000')
  await records.make('crm.deal', { name: 'Dyke', pipeline, stage: stages[0], value: euro(500) })
  await expect(all).toHaveText('€6,500')
  await looks(page, 'dashboard')
  const scan = await new AxeBuilder({ page }).include('main').analyze()
  expect(scan.violations).toEqual([])
})
