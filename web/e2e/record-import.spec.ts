import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { arrive, expect, test, type Page } from './kontor'
import { KontorServer } from './server'

/** A word that no other test, nor an earlier try of the same, has used. */
const word = () => `w${crypto.randomUUID().slice(0, 8)}`

const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
const choose = (page: Page, file: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]) => page.locator('input[type=file]').setInputFiles(file)
const count = (page: Page, name: string) => page.locator(`[data-count="${name}"] dd`)
const column = (page: Page, name: string) => page.getByLabel(`${name} becomes`)
const rows = (page: Page) => page.locator('[data-record]')

async function download(page: Page, button: string) {
  const file = page.waitForEvent('download')
  await page.getByRole(button === 'Error file' ? 'button' : 'menuitem', { name: button }).click()
  const path = await (await file).path()
  return { path, text: async () => (await readFile(path)).toString('utf8') }
}

test('a file is mapped, checked, imported for everyone to see, and taken back as one', async ({ ana, ben, url }) => {
  const { page } = ana
  const mark = word()
  await ben.page.goto(`${url}/business/crm-company?view=table&q=${mark}`)
  await expect(ben.page.getByText('Nothing matches')).toBeVisible()
  await page.goto(`${url}/business/crm-company?view=table`)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Import…' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Import Companies' })).toBeVisible()
  await choose(page, csv('suppliers.csv', `Company;Email;Branch;Size\nGrünwald ${mark};info@gruen.example;Möbel;\nWrong ${mark};no address;;\nÄrger ${mark};info@aerger.example;;up_to_50\n`))
  await expect(page.getByText('CSV · UTF-8 · semicolon between cells · 3 rows · 4 columns')).toBeVisible()
  // What has a name of its own is recognised; the rest is said.
  await expect(column(page, 'Email')).toHaveValue('email')
  await expect(column(page, 'Company')).toHaveValue('')
  await expect(page.getByText(`Grünwald ${mark} · Wrong ${mark} · Ärger ${mark}`)).toBeVisible()
  await column(page, 'Company').selectOption({ label: 'Name *' })
  await column(page, 'Branch').selectOption({ label: 'Industry' })
  await page.getByRole('button', { name: 'Check the rows' }).click()
  await expect(count(page, 'made')).toHaveText('2')
  await expect(count(page, 'failed')).toHaveText('1')
  await expect(page.locator('[data-fault]')).toContainText(/Row 3.*Email is an address/)
  expect(await (await download(page, 'Error file')).text()).toContain(`Wrong ${mark},no address,,`)
  await expect(ben.page.getByText('Nothing matches')).toBeVisible()
  await page.getByRole('button', { name: 'Import 2 rows' }).click()
  await expect(page.getByText('Imported', { exact: true })).toBeVisible()
  await expect(rows(ben.page)).toHaveCount(2)
  await expect(ben.page.getByText(`Grünwald ${mark}`)).toBeVisible()
  // The records, and the way back to the import.
  await page.getByRole('link', { name: 'Show the records' }).click()
  await expect(page.getByText(`Ärger ${mark}`)).toBeVisible()
  await page.goBack()
  await page.getByRole('button', { name: 'Another file' }).click()
  await page.getByRole('link', { name: /suppliers\.csv/ }).first().click()
  await page.getByRole('button', { name: 'Undo the import' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Undo the import' }).click()
  await expect(page.getByText('2 records are as they were before.')).toBeVisible()
  await expect(ben.page.getByText('Nothing matches')).toBeVisible()
  // Settings can be changed and the same file imported again.
  await column(page, 'Email').selectOption('')
  await page.getByRole('button', { name: 'Check the rows' }).click()
  await page.getByRole('button', { name: 'Import 3 rows' }).click()
  await expect(rows(ben.page)).toHaveCount(3)
})

test('records that are there are found again and updated, what rows lack is said once for all', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  const { pipeline, stages } = await records.pipeline(`Import ${mark}`, ['First', 'Second'])
  const deal = await records.make('crm.deal', { name: `Known ${mark}`, pipeline, stage: stages[0], value: { minor: 100, currency: 'EUR' } })
  await page.goto(`${url}/business/crm-deal/import`)
  await choose(page, csv('deals.csv', `name,value,company\nknown ${mark},"1.250,50",Builders ${mark}\nFresh ${mark},"80,00",Builders ${mark}\n`))
  await expect(page.getByText('Every record needs: Pipeline, Stage.')).toBeVisible()
  await page.locator('[data-field="pipeline"]').getByRole('button').click()
  await page.getByRole('option', { name: `Import ${mark}` }).click()
  await page.locator('[data-field="stage"]').getByRole('button').click()
  await page.getByRole('option', { name: 'Second' }).click()
  await page.getByRole('radio', { name: /Update the record/ }).check()
  await expect(page.getByRole('checkbox', { name: 'Name', exact: true })).toBeChecked()
  await page.getByRole('checkbox', { name: /Company: create it/ }).check()
  await expect(page.getByLabel('Numbers')).toHaveValue('comma')
  await expect(page.getByLabel('Currency', { exact: true })).toHaveValue('EUR')
  await page.getByRole('button', { name: 'Check the rows' }).click()
  await expect(count(page, 'changed')).toHaveText('1')
  await expect(count(page, 'linked')).toHaveText('1')
  await page.getByRole('button', { name: 'Import 2 rows' }).click()
  await expect(page.getByText('Imported', { exact: true })).toBeVisible()
  const { fields } = await records.read('crm.deal', deal)
  expect(fields.value).toEqual({ minor: 125_050, currency: 'EUR' })
})

test('a list is exported as it is shown, and the file comes in again', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  await records.make('crm.company', { name: `=Formula ${mark}`, industry: 'Sums' })
  await records.make('crm.company', { name: `Plain ${mark}`, industry: 'Sums' })
  await page.goto(`${url}/business/crm-company?view=table&q=${mark}&sort=name`)
  await expect(rows(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'More' }).click()
  const text = await (await download(page, 'Export as CSV')).text()
  expect(text).toContain(`'=Formula ${mark}`)
  expect(text.trim().split('\r\n')).toHaveLength(3)
  await page.getByRole('button', { name: 'More' }).click()
  const { path } = await download(page, 'Export as Excel')
  await page.goto(`${url}/business/crm-company/import`)
  await choose(page, { name: 'export.xlsx', mimeType: '', buffer: await readFile(path) })
  await expect(page.getByText(/^Excel · the first sheet · 2 rows/)).toBeVisible()
  await page.getByRole('button', { name: 'Check the rows' }).click()
  await expect(count(page, 'skipped')).toHaveText('2')
  await expect(page.getByRole('button', { name: /^Import \d/ })).toHaveCount(0)
})

test('a file that is no table is refused in words', async ({ ana, url }) => {
  const { page } = ana
  await page.goto(`${url}/business/crm-company/import`)
  await choose(page, csv('empty.csv', ''))
  await expect(page.getByRole('alert')).toHaveText('The file is empty.')
  await choose(page, { name: 'broken.xlsx', mimeType: '', buffer: Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(64, 7)]) })
  await expect(page.getByRole('alert')).not.toHaveText('The file is empty.')
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
})

test('an import that the server was killed in goes on where it stood', async ({ browser, faults }) => {
  const server = await new KontorServer().begin()
  try {
    const ana = await arrive(browser, server.url, 'ana', faults)
    const { page } = ana
    await ana.signIn()
    const all = 1_000
    const lines = Array.from({ length: all }, (_, line) => `Company ${line}`)
    await page.goto(`${server.url}/business/crm-company/import`)
    await choose(page, csv('many.csv', `name\n${lines.join('\n')}\n`))
    await page.getByRole('radio', { name: /Create another one/ }).check()
    await page.getByRole('button', { name: 'Check the rows' }).click()
    await page.getByRole('button', { name: 'Import 1000 rows' }).click()
    await expect(page.getByRole('progressbar', { name: 'Records are being created' })).toBeVisible()
    await server.kill()
    await server.start()
    await page.reload()
    await expect(page.getByText('Interrupted', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByText('Imported', { exact: true })).toBeVisible({ timeout: 20_000 })
    await expect(count(page, 'made')).toHaveText('1,000')
    expect(await ana.api('get', '/records/crm.company?limit=1&count=true')).toMatchObject({ count: all })
  } finally {
    await server.end()
  }
})

test('imports can be used by everybody (axe)', async ({ ana, url }) => {
  const { page } = ana
  const check = async () => {
    await expect(page.locator('.animate-pulse')).toHaveCount(0)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([])
  }
  await page.goto(`${url}/business/crm-company/import`)
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
  await check()
  await choose(page, csv('seen.csv', `name,email\nSeen ${word()},nothing\n`))
  await page.getByRole('button', { name: 'Check the rows' }).click()
  await expect(page.locator('[data-fault]')).toBeVisible()
  await check()
})
