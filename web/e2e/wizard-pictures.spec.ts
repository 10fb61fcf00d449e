import { join as joinPath } from 'node:path'
import { Records } from './business'
import { expect, test, type Page } from './kontor'
import { LOOKS } from './looks'

const FOLDER = process.env.SCREENSHOTS
test.skip(!FOLDER, 'set SCREENSHOTS to a folder to take pictures')

const ROWS = [
  'Company;Email;Branch;Revenue;Phone', 'Grünwald Möbel;info@gruenwald.example;Furniture;"1.250.000,00 €";+49 30 1112', 'Wrong address;not an address;Trade;;',
  'Ärger AG;info@aerger.example;Law;"84.000,50 €";+49 40 2224', 'Blue Door Clinics;hello@bluedoor.example;Health;lots;', 'Harbour Hotels;stay@harbour.example;Hospitality;"9.900,00 €";+49 30 9018',
]

const settle = async (page: Page) => {
  await expect(page.locator('.animate-pulse')).toHaveCount(0)
  await page.waitForTimeout(300)
}

test('pictures: imports', async ({ ana, join, url }) => {
  test.setTimeout(180_000)
  await new Records(ana).make('crm.company', { name: 'Harbour Hotels', email: 'stay@harbour.example' })
  for (const { name, options } of LOOKS) {
    const { page } = await join('ana', options)
    const picture = (title: string) => page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-import-${title}.png`), animations: 'disabled' })
    await page.goto(`${url}/business/crm-company/import`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await settle(page)
    await picture('file')
    await page.locator('input[type=file]').setInputFiles({ name: 'suppliers-2026.csv', mimeType: 'text/csv', buffer: Buffer.from(ROWS.join('\n')) })
    await page.locator('[data-column="0"] select').selectOption('name')
    await page.locator('[data-column="2"] select').selectOption('industry')
    await settle(page)
    await picture('columns')
    await page.getByRole('button', { name: /^(Check the rows|Zeilen prüfen)$/ }).click()
    await expect(page.locator('[data-fault]').first()).toBeVisible()
    await settle(page)
    await page.getByRole('button', { name: /^(Import|\d)/ }).last().scrollIntoViewIfNeeded()
    await picture('checked')
    if (name !== 'light') continue
    await page.getByRole('button', { name: /^Import \d/ }).click()
    await expect(page.getByText('Imported', { exact: true })).toBeVisible()
    await settle(page)
    await picture('done')
    await page.getByRole('button', { name: 'Undo the import' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Undo the import' }).click()
    await expect(page.getByText('Taken back', { exact: true })).toBeVisible()
    await picture('undone')
  }
})

test('pictures: comments', async ({ ana, ben, join, url }) => {
  test.setTimeout(120_000)
  const records = new Records(ana)
  const { pipeline, stages } = await records.pipeline('Talk', ['Contacted', 'Proposal'])
  const name = 'Booking platform for 14 hotels'
  const deal = await records.make('crm.deal', { name, pipeline, stage: stages[0], value: { minor: 8_400_000, currency: 'EUR' } })
  await records.make('crm.deal', { name: 'Booking Platform for 14 Hotels', pipeline, stage: stages[1] })
  await ana.api('post', `/records/crm.deal/${deal}/comments`, { body: 'The board decides on **Thursday**. @Ben Okafor, can you bring the revised numbers?', mentions: [await ana.idOf('ben')] })
  await ben.api('post', `/records/crm.deal/${deal}/comments`, { body: 'Yes:\n\n- rollout in two steps\n- `SLA` of four hours\n\nMore on https://kontor.example/offer', mentions: [] })
  await ana.api('post', `/records/crm.deal/${deal}/commands/win`, {})
  for (const { name: look, options } of LOOKS) {
    const { page } = await join('ana', options)
    await page.goto(`${url}/business/crm-deal/${deal}`)
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await settle(page)
    await page.screenshot({ path: joinPath(FOLDER ?? '', `${look}-talk-won.png`), animations: 'disabled' })
    if (look === 'phone') await page.getByRole('tab', { name: /comments/ }).click()
    await page.getByRole('tab', { name: /^(Comments|Kommentare)/ }).last().click()
    await expect(page.locator('[data-comment]')).toHaveCount(2)
    await settle(page)
    await page.screenshot({ path: joinPath(FOLDER ?? '', `${look}-talk-comments.png`), animations: 'disabled' })
  }
})

test('pictures: access', async ({ ana, join, url }) => {
  test.setTimeout(120_000)
  const kind = `own.p${crypto.randomUUID().slice(0, 8)}`
  await ana.api('put', `/record-kinds/${kind}`, { label: 'Vehicle', plural: 'Vehicles', help: '', icon: 'truck', states: [], days: [] })
  for (const [field, label] of [['price', 'Purchase price'], ['plate', 'Plate'], ['inspected', 'Inspected until']] as const)
    await ana.api('put', `/record-kinds/${kind}/fields/x_${field}`, { label, help: '', required: false, type: 'text' })
  const { id } = (await ana.api('post', '/groups', { name: 'Fleet office', handle: kind.replace('.', '-'), members: [] })) as { id: string }
  await ana.api('put', `/record-policies/${kind}/role:tenant_user`, { read: 'all', create: false, edit: 'own', delete: 'none', hidden: ['x_price'], read_only: ['x_plate'] })
  await ana.api('put', `/record-policies/${kind}/group:${id}`, { read: 'all', create: true, edit: 'all', delete: 'team', hidden: [], read_only: [] })
  for (const { name, options } of LOOKS) {
    const { page } = await join('ana', options)
    await page.goto(`${url}/business/${kind.replace('.', '-')}/access`)
    await expect(page.locator('[data-subject]')).toHaveCount(3)
    await settle(page)
    await page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-access.png`), animations: 'disabled' })
    await page.locator('[data-subject="role:tenant_user"]').getByRole('button').last().click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await settle(page)
    await page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-access-dialog.png`), animations: 'disabled' })
  }
})

test('pictures: activation', async ({ join, url }) => {
  test.setTimeout(180_000)
  for (const { name, options } of LOOKS) {
    const { page } = await join('ana', { ...options, storageState: { cookies: [], origins: [] } })
    const mark = crypto.randomUUID().slice(0, 8)
    const picture = (title: string, fullPage = false) => page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-activate-${title}.png`), animations: 'disabled', fullPage })
    const step = (number: number) => page.getByRole('listitem').getByRole('button').nth(number).click()
    await page.goto(`${url}/activate`)
    await expect(page.locator('input[name=key]')).toBeVisible()
    await picture('key')
    await page.locator('input[name=key]').fill(process.env.KONTOR_E2E_OPERATOR ?? '')
    await page.keyboard.press('Enter')
    await page.getByRole('radio').nth(6).check({ force: true })
    await settle(page)
    await picture('trade')
    await step(1)
    await page.getByRole('textbox').first().fill(`Trattoria ${mark}`)
    await settle(page)
    await picture('business')
    await step(2)
    await page.getByRole('textbox').first().fill('Mara Lind')
    await page.locator('input[type=email]').fill(`mara@${mark}.example`)
    await step(3)
    await settle(page)
    await picture('modules')
    await step(4)
    await page.getByRole('textbox').first().fill(`office.${mark}.example`)
    await page.getByRole('checkbox').check()
    await step(5)
    await expect(page.locator('[data-fate="make"]')).toBeVisible()
    await page.locator('summary').nth(4).click()
    await settle(page)
    await picture('plan')
    await page.getByRole('button', { name: /^(Activate|Aktivieren)$/ }).click()
    await expect(page.locator('[data-dns]')).toHaveCount(5)
    await settle(page)
    await picture('done')
    await page.locator('[data-dns]').last().scrollIntoViewIfNeeded()
    await picture('dns')
  }
})
