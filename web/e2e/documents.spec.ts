import { expect, test } from './kontor'

test('create, rename, trash with undo, restore, delete forever', async ({ ana, url }) => {
  const { page } = ana
  const title = `Quarterly plan ${Date.now()}`
  await page.goto(`${url}/documents`)
  await page.getByRole('button', { name: 'New document' }).first().click()
  await expect(page.getByRole('textbox', { name: 'Title', exact: true })).toBeFocused()
  await page.keyboard.type('Draft')
  await page.keyboard.press('Enter')
  await page.keyboard.type('First words')
  await ana.expectSaved()
  await page.getByRole('link', { name: 'All documents' }).click()

  // Rename in the list, by keyboard.
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await row('Draft').first().getByRole('link').focus()
  await page.keyboard.press('F2')
  await page.keyboard.type(title)
  await page.keyboard.press('Enter')
  await expect(row(title)).toBeVisible()

  // To the trash and back with the notice's undo.
  await row(title).getByRole('link').focus()
  await page.keyboard.press('Delete')
  await expect(row(title)).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(row(title)).toBeVisible()

  // To the trash with the menu, and back from the trash.
  await row(title).getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Move to trash' }).click()
  await page.getByRole('navigation', { name: 'Lists' }).getByRole('link', { name: 'Trash' }).click()
  await row(title).getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Restore' }).click()
  await page.getByRole('navigation', { name: 'Lists' }).getByRole('link', { name: 'All' }).click()
  await expect(row(title)).toBeVisible()

  // And away for good, after a question.
  await row(title).getByRole('link').focus()
  await page.keyboard.press('Delete')
  await page.getByRole('navigation', { name: 'Lists' }).getByRole('link', { name: 'Trash' }).click()
  await row(title).getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Delete forever' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete forever' }).click()
  await expect(row(title)).toHaveCount(0)
})

test('share with a person, change the right, take it away', async ({ ana, ben, url }) => {
  const title = `Shared ${Date.now()}`
  const id = await ana.newDocument(title)
  await ana.open(id)
  await ana.page.getByRole('button', { name: 'Share' }).click()
  const dialog = ana.page.getByRole('dialog')
  await dialog.getByLabel('Find people').fill('ben')
  await dialog.getByRole('button', { name: /Ben Okafor/ }).click()
  const right = dialog.getByRole('combobox', { name: 'Right of Ben Okafor' })
  await expect(right).toHaveValue('edit')
  await right.selectOption('view')
  await expect(right).toHaveValue('view')

  await ben.page.goto(`${url}/documents?view=shared`)
  await ben.page.getByRole('link', { name: title }).click()
  await expect(ben.saveState('viewing')).toBeVisible()

  await dialog.getByRole('button', { name: 'Remove Ben Okafor' }).click()
  await expect(ben.page.getByRole('alert')).toBeVisible()
  await expect(right).toHaveCount(0)
})

test('find in the list, and from the palette', async ({ ana, url }) => {
  const title = `Zebra ${Date.now()}`
  await ana.newDocument(title)
  const { page } = ana
  await page.goto(`${url}/documents`)
  await page.getByRole('searchbox', { name: 'Find in all documents' }).fill(title)
  await expect(page.getByRole('row').filter({ hasText: title })).toBeVisible()
  await page.getByRole('searchbox').fill('nothing is called this')
  await expect(page.getByRole('heading', { name: /^Nothing found/ })).toBeVisible()

  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type(title)
  await page.getByRole('option', { name: title }).click()
  await expect(ana.body).toBeVisible()
})

test('keyboard: palette, shortcuts, help', async ({ ana, url }) => {
  const { page } = ana
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page).toHaveURL(/\/documents$/)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('deutsch')
  await expect(page.getByRole('option', { name: /Deutsch/, selected: true })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'Alle', exact: true })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
})
