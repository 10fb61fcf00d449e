import { CSRF, PASSWORD, PEOPLE } from './people'
import { arrive, expect, test } from './kontor'
import { KontorServer } from './server'

test('killing the server while people type loses nothing', async ({ browser, faults }) => {
  const server = await new KontorServer().begin()
  try {
    const ana = await arrive(browser, server.url, 'ana', faults)
    const ben = await arrive(browser, server.url, 'ben', faults)
    for (const person of [ana, ben]) {
      const data = { email: PEOPLE[person.name].email, password: PASSWORD }
      const answer = await person.page.request.post(`${server.url}/api/v1/auth/sign-in`, { data, headers: { ...CSRF, Origin: server.url } })
      expect(answer.ok()).toBe(true)
    }
    const id = await ana.newDocument('Crash')
    await ana.share(id, 'ben', 'edit')
    await ana.open(id)
    await ben.open(id)
    await ana.write('before ')
    await ana.expectSaved()

    const typing = ana.write('while it dies ')
    await server.kill('SIGKILL')
    await typing
    await expect(ana.saveState('offline_kept')).toBeVisible()
    await ben.write('meanwhile ')
    await ana.write('after ')

    await server.start()
    await ana.expectSaved()
    await ben.expectSaved()
    for (const person of [ana, ben]) {
      for (const text of ['before', 'while it dies', 'after', 'meanwhile']) await expect(person.body).toContainText(text)
    }

    // It is on the server's disk, not only in the two browsers.
    await server.kill('SIGKILL')
    await server.start()
    const fresh = await arrive(browser, server.url, 'ben', faults, { storageState: await ben.page.context().storageState() })
    await fresh.open(id)
    for (const text of ['before', 'while it dies', 'after', 'meanwhile']) await expect(fresh.body).toContainText(text)
    for (const person of [ana, ben, fresh]) await person.page.context().close()
  } finally {
    await server.end()
  }
})
