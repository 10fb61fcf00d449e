import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { expect, test, type Page } from './kontor'

const word = () => `w${crypto.randomUUID().slice(0, 8)}`
const comments = (page: Page) => page.locator('[data-comment]')
const field = (page: Page) => page.getByLabel('Write a comment; @ names people')

async function openTalk(page: Page, url: string, company: string) {
  await page.goto(`${url}/business/crm-company/${company}`)
  await page.getByRole('tab', { name: /^Comments/ }).click()
  await expect(field(page)).toBeVisible()
}

test('what one person says about a record is there for the other, changed and taken away as well', async ({ ana, ben, url }) => {
  const company = await new Records(ana).make('crm.company', { name: `Talked about ${word()}` })
  for (const { page } of [ana, ben]) await openTalk(page, url, company)
  await expect(ana.page.getByText('Nobody has said anything yet.')).toBeVisible()
  await field(ana.page).fill('They **pay** late')
  await ana.page.keyboard.press('Control+Enter')
  await expect(comments(ben.page)).toContainText('Ana Ribeiro')
  await expect(comments(ben.page).locator('strong')).toHaveText('pay')
  await expect(field(ana.page)).toHaveValue('')
  // Only one's own can be changed.
  await comments(ben.page).hover()
  await expect(comments(ben.page).getByRole('button', { name: 'Edit the comment' })).toHaveCount(0)
  await comments(ana.page).hover()
  await comments(ana.page).getByRole('button', { name: 'Edit the comment' }).click()
  await ana.page.getByLabel('Edit the comment').fill('They pay early')
  await ana.page.getByRole('button', { name: 'Save' }).click()
  await expect(comments(ben.page)).toContainText('They pay early')
  await expect(comments(ben.page)).toContainText('edited')
  await expect(ben.page.getByRole('tab', { name: 'Comments 1' })).toBeVisible()
  await comments(ana.page).hover()
  await comments(ana.page).getByRole('button', { name: 'Delete the comment' }).click()
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Delete the comment' }).click()
  await expect(comments(ben.page)).toHaveCount(0)
})

test('who is mentioned and who follows is told', async ({ ana, ben, url }) => {
  const mark = word()
  const company = await new Records(ana).make('crm.company', { name: `Mentioned ${mark}` })
  const { page } = ana
  await openTalk(page, url, company)
  await field(page).fill('Please call them, @ben')
  await expect(page.getByRole('option', { name: 'Ben Okafor' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(field(page)).toHaveValue('Please call them, @Ben Okafor ')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(comments(page).locator('strong')).toHaveText('@Ben Okafor')
  // Who comments follows.
  await expect(page.getByRole('list', { name: 'Followers' }).getByText('Ana Ribeiro')).toBeAttached()
  await ben.page.goto(`${url}/notifications`)
  await ben.page.getByText(`Ana Ribeiro mentioned you in “Mentioned ${mark}”`).click()
  await expect(ben.page.getByRole('heading', { level: 1, name: `Mentioned ${mark}` })).toBeVisible()
  await ben.page.getByRole('tab', { name: 'Comments 1' }).click()
  await ben.page.getByRole('button', { name: 'Follow', exact: true }).click()
  await expect(ben.page.getByRole('list', { name: 'Followers' }).getByRole('listitem')).toHaveCount(2)
  await field(page).fill('They have called back')
  await page.keyboard.press('Control+Enter')
  await expect(comments(ben.page)).toHaveCount(2)
  await ben.page.goto(`${url}/notifications`)
  await expect(ben.page.getByText(`Ana Ribeiro commented on “Mentioned ${mark}”`)).toBeVisible()
  await openTalk(ben.page, url, company)
  await ben.page.getByRole('button', { name: 'Stop following' }).click()
  await expect(ben.page.getByRole('button', { name: 'Follow', exact: true })).toBeVisible()
  await expect(ben.page.getByRole('list', { name: 'Followers' }).getByRole('listitem')).toHaveCount(1)
})

test('records that are there twice are found, made one, and taken apart again', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  const kept = await records.make('crm.company', { name: `Twin ${mark}`, industry: 'Toys' })
  await records.make('crm.company', { name: `twin ${mark}`, phone: '+49 30 1234' })
  await page.goto(`${url}/business/crm-company/${kept}`)
  const note = page.getByRole('region', { name: 'This is likely there twice' })
  await note.getByRole('button', { name: `Merge with twin ${mark}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click()
  await expect(page.locator('[data-field="phone"] [data-value]')).toContainText('+49 30 1234')
  await expect(note).toHaveCount(0)
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click()
  await expect(note).toBeVisible()
  await expect(page.locator('[data-field="phone"] [data-value]')).not.toContainText('+49 30 1234')
})

test('comments can be used by everybody (axe)', async ({ ana, url }) => {
  const { page } = ana
  const company = await new Records(ana).make('crm.company', { name: `Heard ${word()}` })
  await ana.api('post', `/records/crm.company/${company}/comments`, { body: 'A first word', mentions: [] })
  await openTalk(page, url, company)
  await field(page).fill('@b')
  await expect(page.getByRole('option').first()).toBeVisible()
  await expect(page.locator('.animate-pulse')).toHaveCount(0)
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([])
})
