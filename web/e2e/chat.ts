import { expect, type Locator } from '@playwright/test'
import type { Person } from './kontor'
import type { PersonName } from './people'

/** A person in front of a room. */
export class Chat {
  constructor(readonly person: Person) {}

  get page() {
    return this.person.page
  }

  get log(): Locator {
    return this.page.getByRole('log').first()
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to/ })
  }

  message(text: string): Locator {
    return this.log.locator('[data-seq]').filter({ hasText: text })
  }

  async createRoom(name: string, { people = [] as PersonName[], hidden = false } = {}) {
    const members = await Promise.all(people.map((one) => this.person.idOf(one)))
    const room = (await this.person.api('post', '/chat/rooms', { kind: 'channel', name, private: hidden, members })) as { id: string }
    return room.id
  }

  async post(room: string, text: string, more: object = {}) {
    return (await this.person.api('post', `/chat/rooms/${room}/messages`, { text, ...more })) as { seq: number }
  }

  async open(room: string, search = '') {
    await this.page.goto(`${this.person.url}/chat/${room}${search}`)
    await expect(this.log).toBeVisible()
  }

  async say(text: string) {
    await this.field.fill(text)
    await this.field.press('Enter')
    await expect(this.message(text)).toBeVisible()
  }

  /** Whether this device knows rooms and people by itself. */
  keepsFacts() {
    return this.page.evaluate(async () => {
      const known = await indexedDB.databases()
      const name = known.find((one) => one.name?.includes('chat'))?.name
      if (!name) return false
      const answer = <T>(request: IDBRequest<T>) => new Promise<T | null>((done) => {
        request.addEventListener('success', () => done(request.result))
        request.addEventListener('error', () => done(null))
      })
      const db = await answer(indexedDB.open(name))
      const keys = db && (await answer(db.transaction('facts').objectStore('facts').getAllKeys()))
      db?.close()
      return keys?.includes('overview') === true && keys.includes('people')
    })
  }

  /** How many mentions the title of the page counts. */
  async waiting() {
    return Number(/^\((\d+)\)/.exec(await this.page.title())?.[1] ?? 0)
  }

  /** The room in the sidebar. */
  link(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: new RegExp(`^${name}`) })
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** Letters only: a digit would look like a count. */
export const unique = (name: string) => `${name}-${Array.from({ length: 6 }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join('')}`

/** 4 by 3 pixels. */
export const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAKklEQVR42g3HMQEAMAzDMDMriuApFd8hUWqbPgEOLh5CnLjx8lOnbr36AAZ1D/QRljvjAAAAAElFTkSuQmCC'
