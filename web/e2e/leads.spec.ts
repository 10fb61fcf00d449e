import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { expect, test } from './kontor'

test('a form that an administrator makes is filled in by a stranger, and its lead has a score', async ({ ana, browser }) => {
  const records = new Records(ana)
  const mark = crypto.randomUUID().slice(0, 8)
  const { page, url } = ana
  const rule = await records.make('crm.scoring_rule', { name: `Writes from ${mark}`, active: true, field: 'email', test: 'ends_with', value: `@${mark}.example`, points: '35' })
  const form = await records.make('crm.form', { name: `Contact ${mark}`, title: 'Talk to us', intro: 'We answer within a day.', asks: ['company', 'email', 'message'], needs: ['email'], source: 'website', origins: ['https://shop.example'] })
  await page.goto(`${url}/business/crm-form/${form}`)
  const box = page.getByRole('region', { name: 'Public page' })
  const address = (await box.getByRole('link').getAttribute('href')) ?? ''
  await expect(box.getByRole('button', { name: 'Copy code for a site' })).toBeVisible()
  // Someone who has never been here.
  const context = await browser.newContext({ locale: 'en-GB' })
  const stranger = await context.newPage()
  await stranger.goto(address)
  await expect(stranger.getByRole('heading', { name: 'Talk to us' })).toBeVisible()
  expect((await new AxeBuilder({ page: stranger }).analyze()).violations).toEqual([])
  await stranger.getByLabel('Name').fill(`Eve ${mark}`)
  await stranger.getByRole('button', { name: 'Send' }).click()
  await expect(stranger.getByText('Please fill this in.')).toBeVisible()
  await expect(stranger.getByLabel('Name')).toHaveValue(`Eve ${mark}`)
  await stranger.getByLabel('Email').fill(`eve@${mark}.example`)
  await stranger.getByLabel('Message').fill('I would like to know more.')
  await stranger.getByRole('button', { name: 'Send' }).click()
  await expect(stranger.getByRole('status')).toHaveText('Thank you. We will get back to you.')
  await context.close()
  const filter = encodeURIComponent(JSON.stringify({ field: 'form', op: 'is', value: form }))
  const { items } = (await ana.api('get', `/records/crm.lead?filter=${filter}`)) as { items: { id: string }[] }
  expect(items).toHaveLength(1)
  await page.goto(`${url}/business/crm-lead/${items[0]?.id}`)
  await expect(page.locator('[data-field="score"] [data-value]')).toHaveText('35')
  await expect(page.locator('[data-field="score_because"]')).toContainText(`+35 Writes from ${mark}`)
  await ana.api('delete', `/records/crm.scoring_rule/${rule}`)
})
