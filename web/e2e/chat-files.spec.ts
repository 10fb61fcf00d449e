import { Chat, PICTURE, unique } from './chat'
import { expect, test } from './kontor'

test('a picture is pasted, a file dropped anywhere over the room, and both arrive', async ({ ana, ben }) => {
  const [a, b] = [new Chat(ana), new Chat(ben)]
  const room = await a.createRoom(unique('drop'), { people: ['ben'] })
  await a.open(room)
  await b.open(room)
  await a.field.evaluate((field, picture) => {
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([Uint8Array.from(atob(picture), (one) => one.charCodeAt(0))], 'plan.png', { type: 'image/png' }))
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, PICTURE)
  const files = a.page.getByRole('list', { name: 'Files' })
  await expect(files.locator('li', { hasText: 'plan.png' }).locator('img')).toBeVisible()

  const dataTransfer = await a.page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['a,b\n1,2\n'], 'figures.csv', { type: 'text/csv' }))
    return data
  })
  await a.log.dispatchEvent('dragover', { dataTransfer })
  await expect(a.page.getByText('Drop files here to attach them')).toBeVisible()
  await a.log.dispatchEvent('drop', { dataTransfer })
  await expect(a.page.getByText('Drop files here to attach them')).toHaveCount(0)
  await expect(files.getByRole('listitem')).toHaveCount(2)
  await expect(files.getByRole('progressbar')).toHaveCount(0)
  await a.page.getByRole('button', { name: 'Send', exact: true }).click()

  const picture = b.log.getByRole('img', { name: 'plan.png' })
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(4)
  await expect(b.log.getByRole('link', { name: /figures\.csv/ })).toBeVisible()
  await b.log.getByRole('button', { name: /plan\.png/ }).click()
  await expect(b.page.getByRole('dialog').getByRole('link', { name: 'Download' })).toBeVisible()
  await b.page.keyboard.press('Escape')

  await b.page.getByRole('button', { name: 'Settings of this room' }).click()
  await b.page.getByRole('menuitem', { name: 'Files' }).click()
  await expect(b.page.getByRole('complementary', { name: 'Files' }).getByText('figures.csv')).toBeVisible()
})
