import { expect, test } from './kontor'

test('add a person, who signs in with the password that was shown once', async ({ ana, join, url }) => {
  const { page } = ana
  const email = `new-${Date.now()}@acme.example`
  await page.goto(`${url}/admin/people`)
  await page.getByRole('button', { name: 'Add person' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Nia New')
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  const password = await dialog.getByLabel('Password').innerText()
  expect(password.length).toBeGreaterThan(9)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(email)).toBeVisible()

  const nia = await join('ben', { storageState: undefined })
  await nia.page.goto(`${url}/sign-in`)
  await nia.page.getByLabel('Email').fill(email)
  await nia.page.getByLabel('Password').fill(password)
  await nia.page.getByRole('button', { name: 'Sign in' }).click()
  await expect(nia.page.getByRole('heading', { name: /Nia/ })).toBeVisible()
  await expect(nia.page.getByRole('link', { name: 'Administration' })).toHaveCount(0)

  // Suspended: out at once, and not in again.
  const row = page.getByRole('row').filter({ hasText: email })
  await row.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Suspend' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click()
  await expect(row.getByText('Suspended')).toBeVisible()
  await nia.page.reload()
  await expect(nia.page.getByRole('heading', { name: 'Sign in to Kontor' })).toBeVisible()
})

test('the actor tree shows an open document', async ({ ana, join, url }) => {
  const id = await ana.newDocument('Watched')
  const other = await join('ana')
  await other.open(id)
  await ana.page.goto(`${url}/admin/actors`)
  const tree = ana.page.getByRole('tree', { name: 'Actors' })
  await expect(tree.getByRole('treeitem').first()).toBeVisible()
  await expect(tree.getByText(/document/i).first()).toBeVisible()
  await tree.focus()
  await ana.page.keyboard.press('ArrowLeft')
  await expect(tree.getByRole('treeitem')).toHaveCount(1)
  await ana.page.keyboard.press('ArrowRight')
  await expect(tree.getByRole('treeitem').nth(1)).toBeVisible()
})

test('a wrong password is told plainly; a member finds no administration', async ({ join, ben, url }) => {
  const { page } = await join('ana', { storageState: undefined })
  await page.goto(`${url}/documents?view=trash`)
  await expect(page).toHaveURL(/\/sign-in/)
  await page.getByLabel('Email').fill('nobody@acme.example')
  await page.getByLabel('Password').fill('wrong-password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('do not match')
  await ben.page.goto(`${url}/admin/people`)
  await expect(ben.page.getByRole('heading', { name: 'Only for administrators' })).toBeVisible()
})
