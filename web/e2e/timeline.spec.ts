import { Records } from './business'
import { expect, test, type Page } from './kontor'

const DAY_PX = 14

async function drag(page: Page, from: { x: number; y: number }, days: number) {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + (days * DAY_PX) / 2, from.y, { steps: 4 })
  await page.mouse.move(from.x + days * DAY_PX, from.y, { steps: 4 })
  await page.mouse.up()
}

test('bars of the timeline are dragged, lengthened and moved with the keyboard, for everyone to see', async ({ ana, ben, url }) => {
  const { page } = ana
  const records = new Records(ana)
  const mark = `w${crypto.randomUUID().slice(0, 8)}`
  const project = await records.make('projects.project', { name: `Bridge ${mark}`, begins_on: '2027-03-10', ends_on: '2027-03-19' })
  const days = async () => {
    const { fields } = await records.read('projects.project', project)
    return `${String(fields.begins_on)} ${String(fields.ends_on)}`
  }
  const address = `${url}/business/projects-project?view=timeline&month=2027-03&q=${mark}`
  await ben.page.goto(address)
  await page.goto(address)
  const bar = page.locator(`[data-bar="${project}"]`)
  await expect(bar).toBeVisible()
  const box = await bar.boundingBox()
  if (!box) throw new Error('the bar is not on the screen')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await drag(page, middle, 3)
  await expect.poll(days).toBe('2027-03-13 2027-03-22')
  await expect(page).toHaveURL(/view=timeline/)
  await expect(ben.page.getByRole('link', { name: `Bridge ${mark}: 13 Mar 2027 – 22 Mar 2027` })).toBeVisible()
  // By its end.
  await drag(page, { x: box.x + box.width + 3 * DAY_PX - 2, y: middle.y }, 4)
  await expect.poll(days).toBe('2027-03-13 2027-03-26')
  await bar.focus()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(days).toBe('2027-03-12 2027-03-25')
  await page.keyboard.press('Control+ArrowRight')
  await expect.poll(days).toBe('2027-03-12 2027-03-26')
  // A click still opens it.
  await bar.click()
  await expect(page.getByRole('heading', { level: 1, name: `Bridge ${mark}` })).toBeVisible()
})
