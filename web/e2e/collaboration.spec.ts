import { expect, test } from './kontor'

test('two people write the same document at the same time', async ({ ana, ben }) => {
  const id = await ana.newDocument('Together')
  await ana.share(id, 'ben', 'edit')
  await ana.open(id)
  await ben.open(id)
  await ana.write('From Ana. ')
  await expect(ben.body).toContainText('From Ana.')
  await ben.write('From Ben. ')
  await expect(ana.body).toContainText('From Ana. From Ben.')

  // Each sees the other's named cursor, and who is here.
  await expect(ana.page.locator('.remote-caret-label')).toHaveText('Ben Okafor')
  await expect(ben.page.locator('.remote-caret-label')).toHaveText('Ana Ribeiro')
  await expect(ana.page.getByRole('list', { name: 'Also here' })).toContainText('Ben Okafor')

  // Both type into the same paragraph at once.
  await Promise.all([ana.page.keyboard.type('aaaaaaaaaaaaaaa'), ben.page.keyboard.type('bbbbbbbbbbbbbbb')])
  const letters = (text: string) => [...text].filter((letter) => letter === 'a' || letter === 'b').length
  await expect.poll(async () => letters(await ana.body.innerText())).toBeGreaterThanOrEqual(30)
  await ana.expectSaved()
  await ben.expectSaved()
  const text = async (person: typeof ana) => (await person.body.locator('p').first().evaluate((node) => {
    const copy = node.cloneNode(true) as HTMLElement
    for (const caret of copy.querySelectorAll('.remote-caret')) caret.remove()
    return copy.textContent
  })) ?? ''
  await expect.poll(async () => (await text(ana)) === (await text(ben))).toBe(true)

  // A reload loses nothing.
  const before = await text(ana)
  await ana.page.reload()
  await expect(ana.body.locator('p').first()).toBeVisible()
  await expect.poll(() => text(ana)).toBe(before)
})

test('undo takes back only what one wrote oneself', async ({ ana, ben }) => {
  const id = await ana.newDocument('Undo')
  await ana.share(id, 'ben', 'edit')
  await ana.open(id)
  await ben.open(id)
  await ana.write('mine ')
  await expect(ben.body).toContainText('mine')
  await ben.write('theirs ')
  await expect(ana.body).toContainText('theirs')
  await ana.body.press('Control+z')
  await expect(ana.body).not.toContainText('mine')
  await expect(ana.body).toContainText('theirs')
  await ana.body.press('Control+Shift+z')
  await expect(ana.body).toContainText('mine')
})

test('a new title reaches the others', async ({ ana, ben }) => {
  const id = await ana.newDocument('Old title')
  await ana.share(id, 'ben', 'edit')
  await ana.open(id)
  await ben.open(id)
  await ana.page.getByRole('textbox', { name: 'Title', exact: true }).fill('New title')
  await ana.page.keyboard.press('Enter')
  await expect(ben.page.getByRole('textbox', { name: 'Title', exact: true })).toHaveValue('New title')
})

test('a reader sees edits arrive but cannot type', async ({ ana, ben }) => {
  const id = await ana.newDocument('Read only')
  await ana.share(id, 'ben', 'view')
  await ana.open(id)
  await ben.open(id)
  await expect(ben.saveState('viewing')).toBeVisible()
  await expect(ben.body).toHaveAttribute('contenteditable', 'false')
  await ana.write('for your eyes')
  await expect(ben.body).toContainText('for your eyes')
  await ben.body.click()
  await ben.page.keyboard.type('no')
  await ana.write('!')
  await expect(ben.body).toContainText('for your eyes!')
  await expect(ana.body).not.toContainText('no')
})

test('a right that is taken away ends the session at once', async ({ ana, ben }) => {
  const id = await ana.newDocument('Revoked')
  await ana.share(id, 'ben', 'edit')
  await ana.open(id)
  await ben.open(id)
  await ana.write('secret')
  await expect(ben.body).toContainText('secret')

  // Less: the open editor becomes read-only.
  await ana.share(id, 'ben', 'view')
  await expect(ben.saveState('viewing')).toBeVisible()
  await expect(ben.body).toHaveAttribute('contenteditable', 'false')

  // None: it closes.
  await ana.api('delete', `/documents/${id}/grants/${await ana.idOf('ben')}`)
  await expect(ben.page.getByRole('alert')).toBeVisible()
  await expect(ben.body).toHaveCount(0)
  await expect(ben.page.getByText('secret')).toHaveCount(0)
})
