import { expect, test } from './kontor'

test('keep, look at and restore a version', async ({ ana, ben }) => {
  const id = await ana.newDocument('Versions')
  await ana.share(id, 'ben', 'edit')
  await ana.open(id)
  await ben.open(id)
  const { page } = ana
  await ana.write('The first state.')
  await ana.expectSaved()
  await page.getByRole('button', { name: 'Outline and versions' }).click()
  await page.getByRole('tab', { name: 'Versions' }).click()
  await page.getByLabel('Name of the version').fill('Draft one')
  await page.getByRole('button', { name: 'Keep the present state' }).click()
  const version = page.getByRole('button', { name: /Draft one/ })
  await expect(version).toBeVisible()

  await ana.write(' And more.')
  await ana.expectSaved()
  await version.click()
  const preview = page.getByRole('document', { name: /Draft one/ })
  await expect(preview).toContainText('The first state.')
  await expect(preview).not.toContainText('And more.')

  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(ana.body).toBeVisible()
  await expect(ana.body).not.toContainText('And more.')
  await expect(ben.body).not.toContainText('And more.')
  await expect(ben.body).toContainText('The first state.')

  // A restored state is an ordinary edit: people go on writing.
  await ben.write(' Onwards.')
  await expect(ana.body).toContainText('The first state. Onwards.')
})
