import { test as base, expect, type Browser, type BrowserContextOptions, type Locator, type Page } from '@playwright/test'
import { CSRF, PASSWORD, PEOPLE, sessionFile, type PersonName } from './people'

export { expect, type Page } from '@playwright/test'

/** A person at a browser of their own. */
export class Person {
  constructor(
    readonly page: Page,
    readonly url: string,
    readonly name: PersonName,
  ) {}

  get body(): Locator {
    return this.page.getByRole('textbox', { name: /^Text of/ })
  }

  get headers() {
    return { ...CSRF, Origin: this.url }
  }

  saveState(state: string) {
    return this.page.locator(`[data-save-state="${state}"]`)
  }

  async expectSaved() {
    await expect(this.saveState('saved')).toBeVisible()
  }

  async api(method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, data?: unknown) {
    const answer = await this.page.request[method](`${this.url}/api/v1${path}`, { headers: this.headers, data })
    expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true)
    return answer.status() === 204 ? null : ((await answer.json()) as unknown)
  }

  async newDocument(title: string) {
    const { id } = (await this.api('post', '/documents', { title })) as { id: string }
    return id
  }

  async share(documentId: string, person: PersonName, right: string) {
    await this.api('put', `/documents/${documentId}/grants/${await this.idOf(person)}`, { right })
  }

  async idOf(person: PersonName) {
    const { items } = (await this.api('get', `/people?q=${PEOPLE[person].email}`)) as { items: { id: string }[] }
    return items[0]?.id ?? ''
  }

  async open(documentId: string) {
    await this.page.goto(`${this.url}/documents/${documentId}`)
    await expect(this.body).toBeVisible()
    await expect(this.page.locator('[data-save-state="saved"], [data-save-state="viewing"]')).toBeVisible()
  }

  /** Types at the end of the text. */
  async write(text: string) {
    await this.body.click()
    await this.page.keyboard.press('Control+End')
    await this.page.keyboard.type(text)
  }

  async signIn() {
    await this.page.goto(`${this.url}/sign-in`)
    await this.page.getByLabel('Email').fill(PEOPLE[this.name].email)
    await this.page.getByLabel('Password').fill(PASSWORD)
    await this.page.getByRole('button', { name: 'Sign in' }).click()
    await expect(this.page.getByRole('heading', { level: 1, name: /^Good/ })).toBeVisible()
  }
}

/** Faults that no test may cause, whatever else it looks at. */
function watch(page: Page, faults: string[]) {
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|Content-Security-Policy|Maximum update depth|\[tiptap/.test(message.text())) faults.push(message.text())
  })
}

export async function arrive(browser: Browser, url: string, name: PersonName, faults: string[], options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  watch(page, faults)
  return new Person(page, url, name)
}

type Fixtures = {
  faults: string[]
  url: string
  join: (name: PersonName, options?: BrowserContextOptions) => Promise<Person>
  ana: Person
  ben: Person
  yuki: Person
}

export const test = base.extend<Fixtures>({
  url: async ({}, use) => use(process.env.KONTOR_E2E_URL ?? ''),
  faults: async ({}, use) => {
    const faults: string[] = []
    await use(faults)
    expect(faults).toEqual([])
  },
  join: async ({ browser, url, faults }, use) => {
    const people: Person[] = []
    await use(async (name, options = {}) => {
      const person = await arrive(browser, url, name, faults, { storageState: sessionFile(name), ...options })
      people.push(person)
      return person
    })
    for (const { page } of people) await page.context().close()
  },
  ana: async ({ join }, use) => use(await join('ana')),
  ben: async ({ join }, use) => use(await join('ben')),
  yuki: async ({ join }, use) => use(await join('yuki')),
})
