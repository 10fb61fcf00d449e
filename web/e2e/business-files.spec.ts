import { AxeBuilder } from '@axe-core/playwright'
import { Records } from './business'
import { looks } from './looks'
import { expect, test } from './kontor'

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64')

test('files of a record are chosen, pasted and removed, and come back', async ({ ana, ben }) => {
  const id = await new Records(ana).make('crm.company', { name: 'Company of files' })
  for (const { page, url } of [ana, ben]) {
    await page.goto(`${url}/business/crm-company/${id}`)
    await page.getByRole('tab', { name: 'Files' }).click()
    await expect(page.getByText('No files yet')).toBeVisible()
  }
  const { page } = ana
  await page.getByLabel('Add files').setInputFiles([{ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('ten windmills') }, { name: 'logo.gif', mimeType: 'image/gif', buffer: GIF }])
  // Who looks at the record sees them come.
  const theirs = ben.page.getByRole('list', { name: 'Files' })
  await expect(theirs.getByRole('listitem')).toHaveCount(2)
  await expect(theirs.getByText('offer.txt')).toBeVisible()
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], 'pasted.gif', { type: 'image/gif' }))
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, GIF.toString('base64'))
  await expect(theirs.getByText('pasted.gif')).toBeVisible()
  await expect.poll(() => ben.page.getByRole('link', { name: 'Open pasted.gif' }).locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1)
  const scan = await new AxeBuilder({ page: ben.page }).include('aside').analyze()
  expect(scan.violations).toEqual([])
  await looks(ben.page, 'files-list')
  await page.getByRole('button', { name: 'Remove offer.txt' }).click()
  await expect(theirs.getByText('offer.txt')).toBeHidden()
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).last().click()
  await expect(theirs.getByText('offer.txt')).toBeVisible()
  // The history tells of it, and takes it back too.
  await ben.page.getByRole('tab', { name: 'History' }).click()
  await expect(ben.page.getByText('removed the file “offer.txt”')).toBeVisible()
  await expect(ben.page.getByText('added the file “pasted.gif”')).toBeVisible()
  await looks(ben.page, 'files-history')
})

test('files are let go over a record', async ({ ana }) => {
  const id = await new Records(ana).make('crm.company', { name: 'Company of drops' })
  const { page, url } = ana
  await page.goto(`${url}/business/crm-company/${id}`)
  await expect(page.getByRole('heading', { level: 1, name: 'Company of drops' })).toBeVisible()
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }))
    return transfer
  })
  const heading = page.getByRole('heading', { level: 1, name: 'Company of drops' })
  await heading.dispatchEvent('dragover', { dataTransfer: data })
  await expect(page.getByText('Let go to add to this record')).toBeVisible()
  await heading.dispatchEvent('drop', { dataTransfer: data })
  await expect(page.getByRole('list', { name: 'Files' }).getByText('dropped.txt')).toBeVisible()
})
