import { Records } from './business'
import { expect, test } from './kontor'

test('a task that comes again says how often, and is there again when it is done', async ({ ana }) => {
  const records = new Records(ana)
  const name = `Meter ${crypto.randomUUID().slice(0, 8)}`
  const done = await records.make('projects.status', { name: `Finished ${name}`, position: '90', meaning: 'done' })
  const task = await records.make('projects.task', { title: name, due_on: '2999-01-07' })
  const { page, url } = ana
  await page.goto(`${url}/business/projects-task/${task}`)
  const row = page.locator('[data-field="repeats"]')
  await row.getByRole('button', { name: 'Edit Repeats' }).click()
  await row.getByRole('combobox', { name: 'Repeats' }).selectOption('Every week')
  await expect(row.locator('[data-value]')).toHaveText('Every week')
  await records.change('projects.task', task, { status: done })
  const next = page.locator('[data-field="followed_by"]').getByRole('link', { name })
  await next.click()
  await expect(page.locator('[data-field="due_on"] [data-value]')).toContainText('14')
  // A rule that is written out.
  await row.getByRole('button', { name: 'Edit Repeats' }).click()
  await row.getByRole('combobox', { name: 'Repeats' }).selectOption('By a rule of its own')
  await row.getByRole('textbox', { name: 'Rule (RFC 5545)' }).fill('FREQ=WEEKLY;BYDAY=TU,FR;COUNT=3')
  await page.keyboard.press('Enter')
  await expect(row.locator('[data-value]')).toHaveText('FREQ=WEEKLY;BYDAY=TU,FR, 3 times more')
})

test('a circle of tasks is told where it was made', async ({ ana }) => {
  const records = new Records(ana)
  const mark = crypto.randomUUID().slice(0, 8)
  const first = await records.make('projects.task', { title: `Plan ${mark}` })
  const second = await records.make('projects.task', { title: `Build ${mark}`, waits_for: first })
  const { page, url } = ana
  await page.goto(`${url}/business/projects-task/${first}`)
  const row = page.locator('[data-field="waits_for"]')
  await row.getByRole('button', { name: 'Edit Waits for' }).click()
  await page.getByPlaceholder('Find…').fill(`Build ${mark}`)
  await page.getByRole('option', { name: `Build ${mark}` }).click()
  await expect(row.getByRole('alert')).toContainText(`“Plan ${mark}” → “Build ${mark}” → “Plan ${mark}”`)
  expect((await records.read('projects.task', second)).fields.waits_for).toBe(first)
})

test('a project is copied from a template, its days moved', async ({ ana }) => {
  const records = new Records(ana)
  const name = `Fair ${crypto.randomUUID().slice(0, 8)}`
  const project = await records.make('projects.project', { name, begins_on: '2026-01-05' })
  await records.make('projects.task', { title: `Book ${name}`, project, due_on: '2026-01-10' })
  const { page, url } = ana
  await page.goto(`${url}/business/projects-project/${project}`)
  await page.getByRole('button', { name: 'Make template' }).click()
  await expect(page.getByText('Template', { exact: true }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Name/).fill(`${name} again`)
  await dialog.getByLabel('Begins on').fill('2027-01-05')
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(dialog).toHaveCount(0)
  const filter = JSON.stringify({ field: 'title', op: 'is', value: `Book ${name}` })
  await expect
    .poll(async () => {
      const { items } = (await ana.api('get', `/records/projects.task?sort=due_on&filter=${encodeURIComponent(filter)}`)) as { items: { fields: { due_on: string } }[] }
      return items.map(({ fields }) => fields.due_on)
    })
    .toEqual(['2026-01-10', '2027-01-10'])
})
