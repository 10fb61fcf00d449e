import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Page } from './kontor'

const KEY = process.env.KONTOR_E2E_OPERATOR ?? ''
const word = () => `w${crypto.randomUUID().slice(0, 8)}`
const NOBODY = { storageState: { cookies: [], origins: [] } }

const next = (page: Page) => page.getByRole('button', { name: 'Continue' }).click()
const steps = (page: Page, status: string) => page.locator(`[data-step][data-status="${status}"]`)
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name })

async function enter(page: Page, url: string) {
  await page.goto(`${url}/activate`)
  await page.getByLabel('Key', { exact: true }).fill(KEY)
  await next(page)
}

/** Fills in what has to be said, from the first question to the plan. */
async function fill(page: Page, { name, email }: { name: string; email: string }) {
  await expect(heading(page, 'What kind of business is it?')).toBeVisible()
  await next(page)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await next(page)
  await page.getByLabel('Name', { exact: true }).fill('Mara Lind')
  await page.getByLabel('Email').fill(email)
  for (const title of ['What is switched on?', 'A domain of its own?', 'This is what will happen']) {
    await next(page)
    await expect(heading(page, title)).toBeVisible()
  }
}

test('a business is planned, activated step by step, and signed in to', async ({ join, url }) => {
  const { page } = await join('ana', NOBODY)
  const mark = word()
  const email = `mara@${mark}.example`
  await page.goto(`${url}/activate`)
  await page.getByLabel('Key', { exact: true }).fill('kp1.wrong')
  await next(page)
  await expect(page.getByText('This is not the key of this installation.')).toBeVisible()
  await page.getByLabel('Key', { exact: true }).fill(KEY)
  await next(page)
  await page.getByRole('radio', { name: 'Agency' }).check({ force: true })
  await next(page)
  await page.getByLabel('Name', { exact: true }).fill(`Studio ${mark}`)
  await expect(page.getByLabel('Short name')).toHaveValue(`studio-${mark}`)
  await page.getByLabel('Country').selectOption({ label: 'Germany' })
  await expect(page.getByLabel('Currency')).toHaveValue('EUR')
  await next(page)
  await page.getByLabel('Name', { exact: true }).fill('Mara Lind')
  await page.getByLabel('Email').fill(email)
  await next(page)
  // What the preset brings is the server's word.
  await expect(page.getByRole('checkbox', { name: 'Marketing' })).toBeChecked()
  await page.getByRole('checkbox', { name: 'Finance' }).uncheck()
  await next(page)
  await page.getByLabel('Domain', { exact: true }).fill(`office.${mark}.example`)
  await page.getByRole('checkbox', { name: /has its mail there/ }).check()
  await next(page)
  await expect(page.getByText('A new business will be made.')).toBeVisible()
  await page.getByText('People, fields and records').click()
  await expect(page.getByText('x_hours_sold')).toBeVisible()
  await page.getByRole('button', { name: 'Activate' }).click()
  await expect(heading(page, `Studio ${mark} is open`)).toBeVisible()
  await expect(steps(page, 'done')).toHaveCount(8)
  await expect(page.locator('[data-dns]')).toHaveCount(5)
  await expect(page.getByText(`TXT _kontor.office.${mark}.example`)).toBeVisible()
  const password = await page.getByRole('status', { name: `Password of ${email}` }).textContent()
  await page.getByRole('link', { name: 'To the sign-in' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: /^Good/ })).toBeVisible()
  await page.goto(`${url}/business`)
  await expect(page.getByRole('main').locator('#module-projects')).toBeVisible()
  await expect(page.getByRole('main').locator('#module-finance')).toHaveCount(0)
})

test('what is wrong is told where it can be mended', async ({ join, url }) => {
  const { page } = await join('ana', NOBODY)
  await enter(page, url)
  await expect(heading(page, 'What kind of business is it?')).toBeVisible()
  // Nothing is filled in: the plan leads to the first thing that is missing.
  await page.getByRole('button', { name: /Plan$/ }).click()
  await expect(heading(page, 'What is it called?')).toBeVisible()
  await expect(page.getByText('must have 1 to 200 characters')).toBeVisible()
  await page.getByLabel('Name', { exact: true }).fill('Wrong')
  await page.getByLabel('Short name').fill('Not A Slug')
  await page.getByLabel('Currency').fill('XXX')
  await next(page)
  await page.getByLabel('Name', { exact: true }).fill('Mara Lind')
  await page.getByLabel('Email').fill(`mara@${word()}.example`)
  await page.getByRole('button', { name: /Plan$/ }).click()
  await expect(page.getByText('must have 2 to 40 lower case letters')).toBeVisible()
  await expect(page.getByText('must be an ISO 4217 code')).toBeVisible()
  // The slug of somebody else.
  await page.getByLabel('Short name').fill('acme')
  await page.getByLabel('Currency').fill('EUR')
  await page.getByRole('button', { name: /Plan$/ }).click()
  await expect(page.getByRole('alert')).toContainText('another business has the slug')
  await expect(page.getByRole('button', { name: 'Activate' })).toBeDisabled()
  await page.getByRole('button', { name: 'Change it' }).click()
  await expect(page.getByLabel('Short name')).toHaveValue('acme')
})

test('an activation that was cut off is sent again after a reload, and finds itself done', async ({ join, url }) => {
  const { page } = await join('ana', NOBODY)
  const mark = word()
  await enter(page, url)
  await fill(page, { name: `Cut ${mark}`, email: `mara@${mark}.example` })
  // The server gets the document, and its answer gets lost.
  await page.route('**/api/v1/activations', async (route) => {
    await route.fetch()
    await route.abort()
  }, { times: 1 })
  await page.getByRole('button', { name: 'Activate' }).click()
  await expect(page.getByRole('alert')).toContainText('The connection was cut.')
  await page.reload()
  // The key is kept nowhere.
  await expect(page.getByLabel('Key', { exact: true })).toHaveValue('')
  expect(await page.evaluate((key) => JSON.stringify({ ...localStorage, ...sessionStorage }).includes(key), KEY)).toBe(false)
  await page.getByLabel('Key', { exact: true }).fill(KEY)
  await next(page)
  await expect(page.getByText(`“Cut ${mark}” was on its way when this page was closed.`)).toBeVisible()
  await expect(page.getByText('This business is there already')).toBeVisible()
  await page.getByRole('button', { name: 'Send it again' }).click()
  await expect(page.getByText('The business was there already, and is now as the document says.')).toBeVisible()
  await expect(steps(page, 'done')).toHaveCount(8)
})

test('a document of one\'s own is pasted, and what it says beyond the questions stays', async ({ join, url }) => {
  const { page } = await join('ana', NOBODY)
  const mark = word()
  await enter(page, url)
  await page.getByRole('button', { name: 'Document' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('JSON').fill('{ broken')
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(dialog.getByText('This is not a JSON object.')).toBeVisible()
  const business = { name: `Pasted ${mark}`, slug: `pasted-${mark}`, locale: 'en-GB', time_zone: 'Europe/London', currency: 'GBP' }
  const users = [{ email: `second@${mark}.example`, name: 'Second Person', role: 'tenant_user' }]
  await dialog.getByLabel('JSON').fill(JSON.stringify({ business, admin: { name: 'Mara', email: `mara@${mark}.example` }, preset: 'school', users }))
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByRole('radio', { name: 'School' })).toBeChecked()
  await page.getByRole('button', { name: /Administrator$/ }).click()
  await expect(page.getByText('The document names one more person.')).toBeVisible()
  await page.getByRole('button', { name: /Plan$/ }).click()
  await page.getByText('People, fields and records').click()
  await expect(page.getByText(`second@${mark}.example`)).toBeVisible()
})

test('the wizard can be used by everybody (axe)', async ({ join, url }) => {
  const { page } = await join('ana', NOBODY)
  const check = async () => {
    await page.waitForFunction(() => document.getAnimations().length === 0)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([])
  }
  await page.goto(`${url}/activate`)
  await expect(page.getByLabel('Key', { exact: true })).toBeVisible()
  await check()
  await enter(page, url)
  await expect(heading(page, 'What kind of business is it?')).toBeVisible()
  await check()
  await fill(page, { name: `Seen ${word()}`, email: `mara@${word()}.example` })
  await expect(page.getByText('A new business will be made.')).toBeVisible()
  await check()
})
