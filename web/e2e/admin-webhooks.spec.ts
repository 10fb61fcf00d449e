import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { looks } from './looks'
import { expect } from './kontor'
import { test } from './outside'

test('an administrator lets an address hear of records, looks at what was sent and sends it again', async ({ ana, other }) => {
  const { page, url } = ana
  await page.goto(`${url}/admin/webhooks`)
  await page.getByRole('button', { name: 'Add webhook' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Warehouse')
  await dialog.getByLabel('Address').fill(other.url)
  await dialog.getByRole('button', { name: 'Companies' }).click()
  await dialog.getByRole('button', { name: 'created' }).click()
  await looks(page, 'webhooks-dialog')
  const scan = await new AxeBuilder({ page }).include('[role="dialog"]').analyze()
  expect(scan.violations).toEqual([])
  await dialog.getByRole('button', { name: 'Make' }).click()
  await expect(page.getByRole('status', { name: 'Signing secret' })).not.toBeEmpty()
  await looks(page, 'webhooks-secret')
  await dialog.getByRole('button', { name: 'Done' }).click()
  const row = page.getByRole('list', { name: 'Webhooks of records' }).getByRole('listitem')
  await expect(row).toContainText('Companies · created')
  await new Records(ana).make('crm.company', { name: 'Told company' })
  await expect.poll(() => other.got.length).toBe(1)
  const event = JSON.parse(other.got[0]?.body ?? '{}') as { type: string; record: { fields: { name: string } } }
  expect([event.type, event.record.fields.name]).toEqual(['record.created', 'Told company'])
  expect(other.got[0]?.signature).toMatch(/^v0=[0-9a-f]{64}$/)
  await page.getByRole('button', { name: 'Actions for Warehouse' }).click()
  await page.getByRole('menuitem', { name: 'Deliveries' }).click()
  const list = dialog.getByRole('list', { name: 'Deliveries' })
  await expect(list.getByText('Delivered')).toBeVisible()
  await looks(page, 'webhooks-deliveries')
  await list.getByRole('button', { name: 'Send again' }).click()
  await expect.poll(() => other.got.length).toBe(2)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Actions for Warehouse' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('No webhooks yet')).toBeVisible()
})
