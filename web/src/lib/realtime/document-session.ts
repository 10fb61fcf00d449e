import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { IndexeddbPersistence } from 'y-indexeddb'
import { encodeAwarenessUpdate } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { forgetLocalCopy, isUnsynced, localCopyName, markUnsynced } from './local-copies'
import { SaveCounter, countedWebSocket } from './save-counter'

const MESSAGE_AWARENESS = 1
const MESSAGE_AUTH = 2
const MESSAGE_STORED = 100

export const CLOSE = { notSignedIn: 4401, revoked: 4403, gone: 4404, slow: 4408, tooLarge: 4413, tooMany: 4429 } as const

type AwarenessChange = { added: number[]; updated: number[]; removed: number[] }

export type SyncStatus = {
  connection: 'connecting' | 'connected' | 'disconnected' | 'closed'
  /** The server's state has arrived on this connection. */
  synced: boolean
  /** The copy in this browser has been read, so that the editor has something to show. */
  localReady: boolean
  /** This browser keeps edits across closing the tab. */
  localKept: boolean
  /** There are edits which the server has not confirmed as stored. */
  unsaved: boolean
  /** Why the server ended the session for good. */
  closeCode: number | null
}

type SessionOptions = {
  documentId: string
  userId: string
  /** Only who may write keeps a copy in the browser: there is nothing of a reader's to lose. */
  keepCopy: boolean
  onDenied: () => unknown
}

const LOCAL_COPY_MS = 3000
const SETTLE_MS = 400

/** Whether a promise is kept in time. A database that cannot be opened never says so. */
async function inTime(milliseconds: number, done: Promise<unknown>) {
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), milliseconds))
  return Promise.race([done.then(() => true), late])
}

const syncUrl = () => `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/api/v1/documents`

/** One open document: its Yjs state, the copy in this browser and the connection to the server. */
export class DocumentSession {
  readonly doc = new Y.Doc()
  readonly provider: WebsocketProvider
  readonly copyName: string
  #persistence: IndexeddbPersistence | null = null
  #counter = new SaveCounter()
  #status: SyncStatus
  #listeners = new Set<() => void>()
  #destroyed = false
  #settling: ReturnType<typeof setTimeout> | undefined

  constructor({ documentId, userId, keepCopy, onDenied }: SessionOptions) {
    this.copyName = localCopyName(userId, documentId)
    this.#status = {
      connection: 'connecting', synced: false, localReady: false, localKept: false,
      unsaved: isUnsynced(this.copyName), closeCode: null,
    }
    this.provider = new WebsocketProvider(syncUrl(), `${documentId}/sync`, this.doc, {
      connect: false,
      params: { acks: '1' },
      WebSocketPolyfill: countedWebSocket(this.#counter),
      // Tabs meet at the server: a second path would carry edits that no acknowledgement covers.
      disableBc: true,
      shouldReconnect: ({ code }) => code < 4400 || code >= 4500 || code === CLOSE.slow || code === CLOSE.tooMany,
    })
    this.#listen(onDenied)
    void this.#openLocalCopy(keepCopy)
  }

  get status() {
    return this.#status
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #update(change: Partial<SyncStatus>) {
    const next = { ...this.#status, ...change }
    const changed = Object.keys(change).some((key) => this.#status[key as keyof SyncStatus] !== next[key as keyof SyncStatus])
    if (!changed) return
    this.#status = next
    for (const listener of this.#listeners) listener()
  }

  #listen(onDenied: () => unknown) {
    const { provider, doc } = this
    provider.on('status', ({ status }) => {
      if (this.#status.closeCode === null) this.#update({ connection: status, ...(status === 'connected' ? {} : { synced: false }) })
    })
    provider.on('sync', (synced) => {
      this.#update({ synced })
      this.#settle()
    })
    provider.on('closed', ({ code }) => this.#update({ connection: 'closed', closeCode: code, synced: false }))
    provider.messageHandlers[MESSAGE_STORED] = (_encoder, decoder) => {
      this.#counter.countStored(decoding.readVarUint(decoder))
      this.#settle()
    }
    provider.messageHandlers[MESSAGE_AUTH] = () => void onDenied()
    doc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin === provider || origin === this.#persistence) return
      clearTimeout(this.#settling)
      if (this.#status.unsaved) return
      markUnsynced(this.copyName, true)
      this.#update({ unsaved: true })
    })
    this.#speakForOurselves()
    window.addEventListener('offline', this.#onNetworkChange)
    window.addEventListener('online', this.#onNetworkChange)
    window.addEventListener('beforeunload', this.#onLeave)
  }

  /** By default every client repeats what it hears about everybody, which the server already knows. */
  #speakForOurselves() {
    const { awareness, doc } = this.provider
    const repeat: unknown = Reflect.get(this.provider, '_awarenessUpdateHandler')
    awareness.off('update', repeat as () => void)
    awareness.on('update', ({ added, updated, removed }: AwarenessChange) => {
      const { ws, wsconnected } = this.provider
      if (!wsconnected || !ws || ![...added, ...updated, ...removed].includes(doc.clientID)) return
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, MESSAGE_AWARENESS)
      encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [doc.clientID]))
      ws.send(new Uint8Array(encoding.toUint8Array(encoder)))
    })
  }

  get #allStored() {
    return this.#status.synced && this.#counter.allStored
  }

  /** After a pause: "saved" and "saving" in turns with every key would be true, but unreadable. */
  #settle() {
    clearTimeout(this.#settling)
    if (!this.#status.unsaved || !this.#allStored) return
    this.#settling = setTimeout(() => {
      if (!this.#allStored) return
      markUnsynced(this.copyName, false)
      this.#update({ unsaved: false })
    }, SETTLE_MS)
  }

  async #openLocalCopy(keepCopy: boolean) {
    const kept = keepCopy ? await this.#readLocalCopy() : false
    // Edits from before a right was taken away can never be sent, and would show what is not there.
    if (!keepCopy) void forgetLocalCopy(this.copyName)
    if (this.#destroyed) return
    this.#update({ localReady: true, localKept: kept, ...(keepCopy ? {} : { unsaved: false }) })
    this.provider.connect()
  }

  async #readLocalCopy() {
    // Without IndexedDB (some private windows) the document works, but only while it is open.
    if (!('indexedDB' in window)) return false
    this.#persistence = new IndexeddbPersistence(this.copyName, this.doc)
    return inTime(LOCAL_COPY_MS, this.#persistence.whenSynced)
  }

  /** A socket may seem open long after the network has gone: open a new one and see. */
  #onNetworkChange = () => {
    if (this.#status.closeCode !== null || !this.#status.localReady) return
    this.provider.disconnect()
    this.provider.connect()
  }

  #onLeave = (event: BeforeUnloadEvent) => {
    if (this.#status.unsaved && !this.#status.localKept) event.preventDefault()
  }

  reconnect() {
    if (this.#destroyed) return
    this.#update({ closeCode: null })
    this.provider.connect()
  }

  destroy() {
    window.removeEventListener('offline', this.#onNetworkChange)
    window.removeEventListener('online', this.#onNetworkChange)
    window.removeEventListener('beforeunload', this.#onLeave)
    this.#destroyed = true
    clearTimeout(this.#settling)
    this.#listeners.clear()
    this.provider.destroy()
    this.doc.destroy()
  }
}
