import { join as joinPath } from 'node:path'
import { Records, salesOfTheBusiness } from './business'
import { expect, test } from './kontor'
import { LOOKS } from './looks'

const FOLDER = process.env.SCREENSHOTS
test.skip(!FOLDER, 'set SCREENSHOTS to a folder to take pictures')

test('pictures: business', async ({ ana, ben, yuki, join, url }) => {
  test.setTimeout(180_000)
  const records = new Records(ana)
  const scene = await salesOfTheBusiness(records, [await ana.idOf('ben'), await ana.idOf('yuki')])
  const [deal = ''] = scene.deals
  await new Records(ben).change('crm.deal', deal, { priority: 'medium' })
  await new Records(yuki).change('crm.deal', deal, { priority: 'high', value: { minor: 8_850_000, currency: 'EUR' } })
  await ben.page.goto(`${url}/business/crm-deal/${deal}`)
  await ben.page.locator('[data-field="close_on"] [data-value]').click()
  for (const { name, options } of LOOKS) {
    const { page } = await join('ana', options)
    await page.addInitScript((scope) => localStorage.setItem('kontor.records.crm.deal', JSON.stringify({ scope })), scene.pipeline)
    const picture = (title: string) => page.screenshot({ path: joinPath(FOLDER ?? '', `${name}-business-${title}.png`), animations: 'disabled' })
    const settle = async () => {
      await expect(page.locator('.animate-pulse')).toHaveCount(0)
      await page.waitForTimeout(300)
    }
    await page.goto(`${url}/business`)
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible()
    await settle()
    await picture('home')
    await page.goto(`${url}/business/crm-deal?view=table`)
    await expect(page.getByText('Patient portal')).toBeVisible()
    await settle()
    await picture('table')
    await page.goto(`${url}/business/crm-deal?view=board`)
    await expect(page.getByText('Patient portal')).toBeVisible()
    await settle()
    await picture('board')
    await page.goto(`${url}/business/crm-deal/${deal}`)
    await expect(page.getByRole('heading', { level: 1, name: /Booking platform/ })).toBeVisible()
    await settle()
    await picture('record')
    if (name === 'german') continue
    await page.getByRole('tab', { name: 'History' }).first().click({ force: true }).catch(() => {})
    await settle()
    await picture('history')
    await page.goto(`${url}/business/crm-deal?view=calendar`)
    await expect(page.getByText('Training days').first()).toBeVisible()
    await settle()
    await picture('calendar')
    if (name === 'phone') continue
    await page.goto(`${url}/business/projects-task?view=timeline`)
    await expect(page.getByText('Choose images').first()).toBeVisible()
    await settle()
    await picture('timeline')
    await page.goto(`${url}/business/projects-task?view=board`)
    await expect(page.getByText('Choose images').first()).toBeVisible()
    await settle()
    await picture('tasks')
    await page.goto(`${url}/business/crm-deal?filter=${encodeURIComponent(JSON.stringify([{ field: 'owner', op: 'in', value: ['me'] }, { field: 'close_on', op: 'at_most', value: 'today+30' }]))}`)
    await expect(page.getByRole('grid')).toBeVisible()
    await settle()
    await page.keyboard.press('n')
    await expect(page.getByRole('dialog')).toBeVisible()
    await settle()
    await picture('create')
    await page.keyboard.press('Escape')
    await page.goto(`${url}/business/crm-deal/fields`)
    await expect(page.getByRole('button', { name: 'Add field' })).toBeVisible()
    await picture('fields')
  }
})
