import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { expect, test, type Person } from './kontor'

const word = () => `w${crypto.randomUUID().slice(0, 8)}`

/** A type of its own, so that no other test works under its policies. */
async function ownType(ana: Person) {
  const mark = word()
  const kind = `own.${mark}`
  await ana.api('put', `/record-kinds/${kind}`, { label: `Van ${mark}`, plural: `Vans ${mark}`, help: '', icon: 'truck', states: [], days: [] })
  await ana.api('put', `/record-kinds/${kind}/fields/x_price`, { label: 'Price', help: '', required: false, type: 'number', scale: 0 })
  await ana.api('put', `/record-kinds/${kind}/fields/x_plate`, { label: 'Plate', help: '', required: false, type: 'text' })
  return { mark, kind, path: kind.replace('.', '-') }
}

test('what an administrator says of members and groups takes effect for those who are looking', async ({ ana, ben, url }) => {
  const { page } = ana
  const { mark, kind, path } = await ownType(ana)
  const records = new Records(ana)
  await records.make(kind, { title: 'Van of Ana', x_price: '100', x_plate: 'A 1' })
  const theirs = await records.make(kind, { title: 'Van of Ben', x_price: '200', x_plate: 'B 1' })
  await ana.api('patch', `/records/${kind}/${theirs}`, { owner: await ana.idOf('ben') })
  const handle = `drivers-${mark}`
  await ana.api('post', '/groups', { name: `Drivers ${mark}`, handle, members: [{ kind: 'user', id: await ana.idOf('ben') }] })
  const rows = ben.page.locator('[data-record]')
  const columns = ben.page.getByRole('columnheader')
  await ben.page.goto(`${url}/business/${path}?view=table`)
  await expect(rows).toHaveCount(2)
  await expect(columns.filter({ hasText: 'Price' })).toBeVisible()
  await page.goto(`${url}/business/${path}/fields`)
  await page.getByRole('navigation', { name: `Vans ${mark}` }).getByRole('link', { name: 'Access' }).click()
  await expect(page.getByRole('heading', { level: 1, name: `Access to Vans ${mark}` })).toBeVisible()
  await expect(page.locator('[data-subject="role:tenant_user"]')).toContainText('standard')
  // Members see their own, without the price, and make none.
  await page.getByRole('button', { name: 'Change the access of Members' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('See', { exact: true }).selectOption('own')
  await expect(dialog.getByLabel('Change', { exact: true })).toHaveValue('own')
  await dialog.getByLabel('May create records').uncheck()
  await dialog.getByLabel('Price').selectOption('hidden')
  await dialog.getByLabel('Plate').selectOption('read')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.locator('[data-subject="role:tenant_user"]')).toContainText('Does not see: Price')
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText('Van of Ben')
  await expect(columns.filter({ hasText: 'Price' })).toHaveCount(0)
  await expect(ben.page.getByRole('button', { name: `Van ${mark}`, exact: true })).toHaveCount(0)
  await rows.getByText('Van of Ben').dblclick()
  const answer = await ben.page.request.patch(`${url}/api/v1/records/${kind}/${theirs}`, { headers: ben.headers, data: { fields: { x_plate: 'B 2' } } })
  expect(answer.ok()).toBe(false)
  // A group may more.
  await page.getByRole('button', { name: 'Group', exact: true }).click()
  await page.getByRole('menuitem', { name: `Drivers ${mark}` }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(page.locator('[data-subject^="group:"]')).toContainText(`Drivers ${mark}`)
  await ben.page.goto(`${url}/business/${path}?view=table`)
  await expect(rows).toHaveCount(2)
  // And the standard applies again.
  await page.getByRole('button', { name: `Back to the standard: Drivers ${mark}` }).click()
  await expect(page.locator('[data-subject^="group:"]')).toHaveCount(0)
  await expect(rows).toHaveCount(1)
  await page.getByRole('button', { name: 'Back to the standard: Members' }).click()
  await expect(rows).toHaveCount(2)
})

test('only administrators set access, and everybody can use the page (axe)', async ({ ana, ben, url }) => {
  const { path } = await ownType(ana)
  await ben.page.goto(`${url}/business/${path}/access`)
  await expect(ben.page.getByText('There is nothing here')).toBeVisible()
  const { page } = ana
  const check = async () => {
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([])
  }
  await page.goto(`${url}/business/${path}/access`)
  await expect(page.locator('[data-subject]')).toHaveCount(2)
  await check()
  await page.getByRole('button', { name: 'Change the access of Guests' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.waitForFunction(() => document.getAnimations().length === 0)
  await check()
})
