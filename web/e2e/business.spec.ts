import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { expect, test, type Page } from './kontor'

const STAGES = ['Contacted', 'Proposal', 'Closing'] as const
const euro = (amount: number) => ({ minor: amount * 100, currency: 'EUR' })

const value = (page: Page, field: string) => page.locator(`[data-field="${field}"] [data-value]`)
/** A word that no other test, nor an earlier try of the same, has used. */
const word = () => `w${crypto.randomUUID().slice(0, 8)}`

const toast = (page: Page) => page.getByRole('region', { name: 'Notices' })
const cell = (page: Page, title: string, column: string) => page.locator('[data-record]').filter({ hasText: title }).locator(`[data-column="${column}"]`)

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }) {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 12, from.y + 6, { steps: 3 })
  await page.mouse.move(to.x, to.y, { steps: 8 })
  await page.mouse.up()
}

async function middle(locator: ReturnType<Page['locator']>) {
  const box = await locator.boundingBox()
  if (!box) throw new Error('it is not on the screen')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

test('a deal that one person drags on the board moves at once for the other', async ({ ana, ben }) => {
  const [mine, theirs] = [new Records(ana), new Records(ben)]
  const { pipeline, stages } = await mine.pipeline('Board of two', STAGES)
  const [first, second] = stages
  const deal = await mine.make('crm.deal', { name: 'Two windmills', pipeline, stage: first, value: euro(1200) })
  await mine.make('crm.deal', { name: 'One windmill', pipeline, stage: second, value: euro(600) })
  await mine.openBoard(pipeline)
  await theirs.openBoard(pipeline)
  await expect(theirs.column('Contacted').locator('[data-count]')).toHaveText('1')
  await drag(ana.page, await middle(mine.card('Two windmills')), await middle(mine.column('Proposal')))
  await expect(mine.column('Proposal').getByText('Two windmills')).toBeVisible()
  await expect(theirs.column('Proposal').getByText('Two windmills')).toBeVisible()
  await expect(theirs.column('Proposal').locator('[data-count]')).toHaveText('2')
  await expect(theirs.column('Proposal').locator('[data-sum]')).toHaveText('€1,800')
  await expect.poll(async () => (await mine.read('crm.deal', deal)).fields.stage).toBe(second)
  // Undone by the one, it goes back for both.
  await toast(ana.page).getByRole('button', { name: 'Undo' }).click()
  await expect(theirs.column('Contacted').getByText('Two windmills')).toBeVisible()
  await expect(mine.column('Contacted').getByText('Two windmills')).toBeVisible()
})

test('a card is carried over the board with the keyboard', async ({ ana }) => {
  const records = new Records(ana)
  const { pipeline, stages } = await records.pipeline('Board of keys', STAGES)
  const deal = await records.make('crm.deal', { name: 'Lighthouse', pipeline, stage: stages[0] })
  await records.openBoard(pipeline)
  await records.card('Lighthouse').focus()
  await ana.page.keyboard.press('Space')
  await ana.page.keyboard.press('ArrowRight')
  await expect(records.column('Proposal').getByText('Lighthouse')).toBeVisible()
  await ana.page.keyboard.press('ArrowRight')
  await expect(records.column('Closing').getByText('Lighthouse')).toBeVisible()
  await expect(records.card('Lighthouse')).toBeFocused()
  await ana.page.keyboard.press('Space')
  await expect.poll(async () => (await records.read('crm.deal', deal)).fields.stage).toBe(stages[2])
})

test('a new deal comes onto the board of somebody who looks at it', async ({ ana, ben }) => {
  const [mine, theirs] = [new Records(ana), new Records(ben)]
  const { pipeline } = await mine.pipeline('Board of news', STAGES)
  await mine.openBoard(pipeline)
  await theirs.openBoard(pipeline)
  await mine.column('Proposal').getByRole('button', { name: 'Add to Proposal' }).click()
  await ana.page.getByRole('dialog').getByLabel(/^Name/).fill('Solar roof')
  await ana.page.getByRole('dialog').getByLabel('Value').fill('24,500.50')
  await ana.page.keyboard.press('Enter')
  await expect(ana.page.getByRole('dialog')).toHaveCount(0)
  await expect(theirs.column('Proposal').getByText('Solar roof')).toBeVisible()
  await expect(theirs.column('Proposal').getByText('€24,500.50')).toBeVisible()
})

test('people see each other in the fields of a record, and what was replaced can be put back', async ({ ana, ben, url }) => {
  const records = new Records(ana)
  const company = await records.make('crm.company', { name: 'Harbour', industry: 'Boats' })
  for (const { page } of [ana, ben]) await page.goto(`${url}/business/crm-company/${company}`)
  await expect(ana.page.getByRole('list', { name: 'Also here' }).getByText('Ben Okafor')).toBeAttached()
  // Ana begins to write, and Ben sees it.
  await value(ana.page, 'industry').click()
  await expect(ben.page.locator('[data-field="industry"]').getByRole('status')).toContainText('Ana Ribeiro')
  // Ben is quicker.
  await value(ben.page, 'industry').click()
  await ben.page.getByLabel('Industry').fill('Ships')
  await ben.page.keyboard.press('Enter')
  await expect(value(ben.page, 'industry')).toHaveText('Ships')
  await ana.page.getByLabel('Industry').fill('Hotels')
  await ana.page.keyboard.press('Enter')
  await expect(toast(ana.page)).toContainText('You have replaced what Ben Okafor wrote in Industry: Ships')
  await expect(value(ben.page, 'industry')).toHaveText('Hotels')
  await toast(ana.page).getByRole('button', { name: 'Put it back' }).click()
  await expect(value(ana.page, 'industry')).toHaveText('Ships')
  await expect(value(ben.page, 'industry')).toHaveText('Ships')
  await expect(ben.page.locator('[data-field="industry"]').getByRole('status')).toHaveCount(0)
})

test('a table is walked through, edited and searched with the keyboard', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  const company = await records.make('crm.company', { name: `Keyboard works ${mark}`, industry: 'Keys', phone: '1' })
  await records.make('crm.company', { name: `Keyboard shop ${mark}`, industry: 'Trade' })
  await page.goto(`${url}/business/crm-company?view=table&q=${mark}&sort=name`)
  const grid = page.getByRole('grid', { name: 'Companies' })
  await expect(grid.locator('[data-record]')).toHaveCount(2)
  await expect(grid).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Industry' })).toBeFocused()
  await page.keyboard.type('Instruments')
  await page.keyboard.press('Escape')
  await expect(cell(page, 'Keyboard works', 'industry')).toHaveText('Keys')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Instruments')
  await page.keyboard.press('Enter')
  await expect(cell(page, 'Keyboard works', 'industry')).toHaveText('Instruments')
  await expect.poll(async () => (await records.read('crm.company', company)).fields.industry).toBe('Instruments')
  // A fault says what is wrong where it is wrong.
  await cell(page, 'Keyboard works', 'website').dblclick()
  await page.getByRole('textbox', { name: 'Website' }).fill('no address')
  await page.keyboard.press('Enter')
  await expect(cell(page, 'Keyboard works', 'website').getByRole('alert')).toContainText('is an address such as')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.getByRole('searchbox').fill(`shop ${mark}`)
  await expect(grid.locator('[data-record]')).toHaveCount(1)
  await expect(page).toHaveURL(/q=shop/)
})

test('several records are deleted, undone, and found among what was deleted', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  for (const name of ['Bulk one', 'Bulk two']) await records.make('crm.company', { name: `${name} ${mark}` })
  await page.goto(`${url}/business/crm-company?view=table&q=${mark}`)
  await page.getByRole('checkbox', { name: 'Select all' }).check()
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await toast(page).getByRole('button', { name: 'Undo' }).click()
  await expect(page.locator('[data-record]')).toHaveCount(2)
  await page.getByRole('checkbox', { name: `Select Bulk one ${mark}` }).check()
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.locator('[data-record]')).toHaveCount(1)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Show deleted records' }).click()
  await page.getByRole('checkbox', { name: `Select Bulk one ${mark}` }).check()
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('link', { name: /Back to the list/ }).click()
  await expect(page.locator('[data-record]').filter({ hasText: `Bulk one ${mark}` })).toBeVisible()
})

test('a filter shows those that fit, and lets go of one that fits no more', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  const own = await records.make('crm.company', { name: `Filter me ${mark}`, industry: 'Glass' })
  await records.make('crm.company', { name: `Filter not ${mark}`, industry: 'Wood' })
  await page.goto(`${url}/business/crm-company?view=table&q=${mark}`)
  await expect(page.locator('[data-record]')).toHaveCount(2)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('dialog').getByPlaceholder('Find…').fill('indus')
  await page.keyboard.press('Enter')
  await page.getByLabel('Value', { exact: true }).fill('gla')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-record]')).toHaveCount(1)
  await expect(page.getByRole('group', { name: 'Filters' })).toContainText('Industry')
  await records.change('crm.company', own, { industry: 'Steel' })
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Clear filters' }).click()
  await expect(page.locator('[data-record]')).toHaveCount(2)
})

test('history tells every change, undoes one, and shows the record as it was', async ({ ana, ben, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const { pipeline, stages } = await records.pipeline('History', STAGES)
  const deal = await records.make('crm.deal', { name: 'Old name', pipeline, stage: stages[0], value: euro(100) })
  await new Records(ben).change('crm.deal', deal, { name: 'New name', stage: stages[1] })
  await page.goto(`${url}/business/crm-deal/${deal}`)
  await page.getByRole('tab', { name: 'History' }).click()
  const change = page.getByRole('listitem').filter({ hasText: 'Ben Okafor' }).filter({ hasText: 'changed' })
  await expect(change).toContainText('Old name')
  await expect(change).toContainText('Proposal')
  const made = page.getByRole('listitem').filter({ hasText: 'created it' })
  await made.hover()
  await made.getByRole('button', { name: 'Look at it as of then' }).click()
  await expect(page.getByText(/^As it was on/)).toBeVisible()
  await expect(value(page, 'name')).toHaveText('Old name')
  await expect(value(page, 'stage')).toHaveText('Contacted')
  await expect(page.getByRole('button', { name: 'Win' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(value(page, 'name')).toHaveText('New name')
  await page.getByRole('tab', { name: 'History' }).click()
  await change.hover()
  await change.getByRole('button', { name: 'Undo this change' }).click()
  await expect(value(page, 'name')).toHaveText('Old name')
  await expect(page.getByRole('listitem').filter({ hasText: 'undo' }).first()).toBeVisible()
})

test('a list is looked at as it was', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  const company = await records.make('crm.company', { name: `Timely before ${mark}`, industry: 'Clocks' })
  const { record } = (await ana.api('patch', `/records/crm.company/${company}`, { fields: { name: `Timely between ${mark}` } })) as { record: { updated_at: string } }
  await records.change('crm.company', company, { name: `Timely after ${mark}` })
  await page.goto(`${url}/business/crm-company?q=${mark}&when=${encodeURIComponent(record.updated_at)}`)
  await expect(page.getByText(/^As it was on/)).toBeVisible()
  await expect(page.locator('[data-record]')).toContainText('Timely between')
  await page.getByRole('button', { name: 'Back to now' }).click()
  await expect(page.locator('[data-record]')).toContainText('Timely after')
})

test('commands run, ask what they need, and say in words what speaks against them', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const { pipeline, stages } = await records.pipeline('Commands', STAGES)
  const deal = await records.make('crm.deal', { name: 'Decide me', pipeline, stage: stages[0] })
  await page.goto(`${url}/business/crm-deal/${deal}`)
  await page.getByRole('button', { name: 'Lose', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Because').fill('Too expensive')
  await page.getByRole('dialog').getByRole('button', { name: 'Lose', exact: true }).click()
  await expect(value(page, 'lost_because')).toHaveText('Too expensive')
  // What is decided is not decided again, unless it is open again.
  await expect(page.getByRole('button', { name: 'Win', exact: true })).toHaveCount(0)
  await page.getByRole('button', { name: 'Reopen' }).click()
  await expect(page.getByRole('main').getByText('Open', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Win', exact: true })).toBeVisible()

  const project = await records.make('projects.project', { name: 'Without a rate' })
  await page.goto(`${url}/business/projects-project/${project}`)
  await page.getByRole('button', { name: 'Draft invoice', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Draft invoice', exact: true }).click()
  await expect(toast(page)).toContainText('Draft invoice is not possible: it is not known what an hour costs.')
})

test('an administrator adds a field and a type of their own, and both work everywhere', async ({ ana, ben, url }) => {
  const { page } = ana
  const mark = word()
  const several = `Vehicles ${mark}`
  await page.goto(`${url}/business`)
  await page.getByRole('button', { name: 'New type' }).first().click()
  await page.getByLabel('One of them is called').fill(`Vehicle ${mark}`)
  await page.getByLabel('Several are called').fill(several)
  await page.getByRole('textbox', { name: /^States/ }).fill('In use\nSold')
  await page.getByRole('button', { name: 'Create type' }).click()
  await expect(page.getByRole('heading', { level: 1, name: `Fields of ${several}` })).toBeVisible()
  await page.getByRole('button', { name: 'Add field' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Fuel')
  await dialog.getByLabel('Holds').selectOption('choice')
  await dialog.getByLabel('Options').fill('Electric\nDiesel')
  await dialog.getByRole('button', { name: 'Add field' }).click()
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: 'Fuel' })).toBeVisible()
  await page.getByLabel('Columns of the board').selectOption('x_fuel')
  await expect(toast(page)).toContainText('The type has been changed.')
  await page.getByRole('main').getByRole('link', { name: several }).first().click()
  await page.getByRole('button', { name: `Create: Vehicle ${mark}` }).click()
  await dialog.getByLabel(/^Title/).fill('Van 7')
  await dialog.getByLabel('Fuel').click()
  await page.getByRole('option', { name: 'Electric' }).click()
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(cell(page, 'Van 7', 'x_fuel')).toHaveText('Electric')
  await page.getByRole('button', { name: 'Board', exact: true }).click()
  await expect(page.getByRole('region', { name: /^Electric/ }).getByText('Van 7')).toBeVisible()
  // Somebody else has it at once.
  await ben.page.goto(`${url}/business`)
  await ben.page.getByRole('main').getByRole('link', { name: several }).first().click()
  await expect(ben.page.getByText('Van 7')).toBeVisible()
})

test('records and lists are found from everywhere', async ({ ana, url }) => {
  const { page } = ana
  const mark = word()
  const company = await new Records(ana).make('crm.company', { name: `Quarry ${mark}` })
  await page.goto(url)
  await expect(page.getByText('Recent documents')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(`quarr ${mark}`)
  await expect(page.getByRole('option', { name: new RegExp(mark) })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(company))
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('Go to Leads')
  await expect(page.getByRole('option', { name: 'Go to Leads' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Leads' })).toBeVisible()
})

test('who is not signed in sees nothing of the business', async ({ join, ana, url }) => {
  const pipeline = await new Records(ana).pipeline('Hidden', STAGES)
  const stranger = await join('ben', { storageState: { cookies: [], origins: [] } })
  await stranger.page.goto(`${url}/business/crm-pipeline/${pipeline.pipeline}`)
  await expect(stranger.page.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('a record is moved to another day of the calendar', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = word()
  const project = await records.make('projects.project', { name: 'Calendar project' })
  const milestone = await records.make('projects.milestone', { name: `Goal ${mark}`, project, due_on: '2027-03-10' })
  await page.goto(`${url}/business/projects-milestone?view=calendar&month=2027-03`)
  const chip = page.getByRole('link', { name: `Goal ${mark}` })
  await drag(page, await middle(chip), await middle(page.locator('[data-drop="2027-03-18"]')))
  await expect(page.locator('[data-drop="2027-03-18"]').getByText(`Goal ${mark}`)).toBeVisible()
  await expect.poll(async () => (await records.read('projects.milestone', milestone)).fields.due_on).toBe('2027-03-18')
  await chip.focus()
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => (await records.read('projects.milestone', milestone)).fields.due_on).toBe('2027-03-19')
})

test('tables, boards and records can be used by everybody (axe)', async ({ ana, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const { pipeline, stages } = await records.pipeline('Accessible', STAGES)
  const deal = await records.make('crm.deal', { name: 'Accessible deal', pipeline, stage: stages[0], value: euro(100), priority: 'high' })
  const check = async () => {
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([])
  }
  await page.goto(`${url}/business/crm-deal?view=table&q=accessible`)
  await expect(page.getByText('Accessible deal')).toBeVisible()
  await check()
  await records.openBoard(pipeline)
  await expect(page.getByText('Accessible deal')).toBeVisible()
  await check()
  await page.goto(`${url}/business/crm-deal/${deal}`)
  await expect(page.getByRole('heading', { level: 1, name: 'Accessible deal' })).toBeVisible()
  await expect(page.locator('.animate-pulse')).toHaveCount(0)
  await check()
})
