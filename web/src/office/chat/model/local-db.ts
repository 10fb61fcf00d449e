import { localCopyName } from '@/lib/realtime/local-copies'
import type { Message, Overview } from '../api-types'
import type { Person } from './directory'
import type { Queued } from './outbox'

const VERSION = 1
/** Of each room the newest messages stay on this device. */
const KEPT_PER_ROOM = 200

type Facts = { overview: Overview; people: Person[] }

const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')))
  })

/** Visited rooms and the send queue of one person, in this browser. Removed when they sign out. */
export class LocalDb {
  #opened: Promise<IDBDatabase> | null = null
  #ended = false

  constructor(private readonly userId: string) {}

  get name() {
    return localCopyName(this.userId, 'chat')
  }

  #open() {
    this.#opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, VERSION)
      request.addEventListener('upgradeneeded', () => {
        request.result.createObjectStore('messages', { keyPath: ['room', 'seq'] })
        request.result.createObjectStore('queue', { keyPath: 'id' })
        request.result.createObjectStore('facts')
      })
      request.addEventListener('success', () => {
        // Somebody signs out in another tab: the copy must go.
        request.result.addEventListener('versionchange', () => this.close())
        resolve(request.result)
      })
      request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')))
    })
    return this.#opened
  }

  close() {
    void this.#opened?.then((db) => db.close()).catch(() => {})
    this.#opened = null
  }

  /** The person has left: what still wants to be written would bring their copy back. */
  end() {
    this.#ended = true
    this.close()
  }

  /** Storage may be blocked or full: chat then works without copies. */
  async #run<T>(store: string, mode: IDBTransactionMode, work: (store: IDBObjectStore) => Promise<T>, otherwise: T): Promise<T> {
    if (this.#ended) return otherwise
    try {
      const db = await this.#open()
      return await work(db.transaction(store, mode).objectStore(store))
    } catch {
      return otherwise
    }
  }

  putMessages(messages: Message[]) {
    return this.#run('messages', 'readwrite', async (store) => {
      for (const message of messages) store.put(message)
    }, undefined)
  }

  async readMessages(room: string): Promise<Message[]> {
    const found = await this.#run('messages', 'readonly', (store) => done(store.getAll(rangeOf(room)) as IDBRequest<Message[]>), [])
    if (found.length > KEPT_PER_ROOM * 2) void this.#trim(room, found[found.length - KEPT_PER_ROOM]?.seq ?? 0)
    return found
  }

  #trim(room: string, below: number) {
    return this.#run('messages', 'readwrite', async (store) => void store.delete(IDBKeyRange.bound([room, 0], [room, below], false, true)), undefined)
  }

  forgetRoom(room: string) {
    return this.#run('messages', 'readwrite', async (store) => void store.delete(rangeOf(room)), undefined)
  }

  putQueued(entry: Queued) {
    return this.#run('queue', 'readwrite', async (store) => void (await done(store.put(entry))), undefined)
  }

  removeQueued(id: string) {
    return this.#run('queue', 'readwrite', async (store) => void (await done(store.delete(id))), undefined)
  }

  readQueue() {
    return this.#run('queue', 'readonly', (store) => done(store.getAll() as IDBRequest<Queued[]>), [])
  }

  putFact<K extends keyof Facts>(key: K, value: Facts[K]) {
    return this.#run('facts', 'readwrite', async (store) => void store.put(value, key), undefined)
  }

  readFact<K extends keyof Facts>(key: K) {
    return this.#run('facts', 'readonly', (store) => done(store.get(key) as IDBRequest<Facts[K] | undefined>), undefined)
  }
}

const rangeOf = (room: string) => IDBKeyRange.bound([room, 0], [room, Number.MAX_SAFE_INTEGER])
