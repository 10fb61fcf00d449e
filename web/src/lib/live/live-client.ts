import { backOff } from './back-off'
import { readFrame, SIGNED_OUT, type LiveEvent, type LiveFault, type ServerMessage } from './protocol'

const SILENT_BEATS = 3
const DEFAULT_HEARTBEAT_S = 25
/** After this silence the client asks whether anybody is there. */
const PONG_MS = 5_000
const MOST_TOPICS_AT_ONCE = 200
/** Below the server's allowance of 30 a second with a reserve of 60. */
const BURST = 40
const REFILL_MS = 40
const BUSY_MS = 1_000
const RESTART_MS = 900

export type LiveState = 'idle' | 'connecting' | 'live' | 'waiting' | 'signed_out'

export type TopicHandler = {
  events?: (events: LiveEvent[]) => void
  signal?: (kind: string, data: unknown) => void
  /** `resumed: false`: what is known of the topic is too old; the state must be read anew. */
  subscribed?: (resumed: boolean, cursor: number | undefined) => void
  refused?: (code: string) => void
}

type Topic = { handlers: Set<TopicHandler>; cursor: number | undefined; asked: boolean }
type Command = {
  id: string
  name: string
  params: unknown
  sent: boolean
  resolve: (result: unknown) => void
  reject: (fault: CommandFault) => void
}

/** A command that the server refused; it was not carried out. */
export class CommandFault extends Error {
  override name = 'CommandFault'
  constructor(
    readonly code: string,
    readonly status: number,
    detail: string,
  ) {
    super(detail)
  }
}

type Socket = Pick<WebSocket, 'send' | 'close' | 'readyState' | 'addEventListener'>

type LiveOptions = { url: () => string; open?: (url: string) => Socket; random?: () => number }

/** One socket for all apps of this tab: topics with cursors, commands with answers, and a way back after every cut. */
export class LiveClient {
  state: LiveState = 'idle'
  user: string | null = null
  readonly #open: (url: string) => Socket
  readonly #topics = new Map<string, Topic>()
  readonly #commands = new Map<string, Command>()
  readonly #listeners = new Set<() => void>()
  #socket: Socket | null = null
  #attempt = 0
  #welcome = false
  #heartbeat = DEFAULT_HEARTBEAT_S * 1000
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #pending: string[] = []
  #allowance = BURST
  #refill: ReturnType<typeof setInterval> | undefined
  #flush: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: LiveOptions) {
    this.#open = options.open ?? ((url) => new WebSocket(url))
  }

  readonly subscribeState = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start() {
    if (this.state === 'idle' || this.state === 'signed_out') this.#connect()
  }

  stop() {
    clearTimeout(this.#retry)
    this.#drop()
    this.#setState('idle')
  }

  /** The network came back, or the tab was woken: no reason to wait for the next attempt. */
  hurry() {
    if (this.state === 'waiting') {
      this.#attempt = 0
      this.#connect()
    } else if (this.state === 'live') this.probe()
  }

  /** Asks whether the server is still there, and gives up the connection if no answer comes. */
  probe() {
    this.#send({ op: 'ping' })
    this.#expectLife(PONG_MS)
  }

  subscribe(name: string, handler: TopicHandler, after?: number): () => void {
    const known = this.#topics.get(name)
    const topic = known ?? { handlers: new Set(), cursor: after, asked: false }
    topic.handlers.add(handler)
    if (!known) {
      this.#topics.set(name, topic)
      this.#askSoon()
    }
    return () => this.#unsubscribe(name, topic, handler)
  }

  /**
   * Settles when the server has answered, over as many connections as it takes. `resent` says that an
   * earlier life of this page may have sent the same command.
   */
  command<T>(name: string, params: unknown, { id = crypto.randomUUID() as string, resent = false } = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const command: Command = { id, name, params, sent: resent, resolve: (result) => resolve(result as T), reject }
      this.#commands.set(id, command)
      if (this.#welcome) this.#sendCommand(command)
    })
  }

  /** For what is only true now, such as typing: lost without a connection. */
  hint(name: string, params: unknown) {
    if (this.#welcome) this.#send({ op: 'command', id: crypto.randomUUID(), name, params, resent: false })
  }

  #setState(state: LiveState) {
    if (this.state === state) return
    this.state = state
    for (const listener of this.#listeners) listener()
  }

  #connect() {
    clearTimeout(this.#retry)
    this.#drop()
    this.#setState('connecting')
    const socket = this.#open(this.options.url())
    this.#socket = socket
    // What an old socket still says is of no interest.
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket !== socket) return
      this.#expectLife(this.#heartbeat * SILENT_BEATS)
      for (const message of readFrame(data)) this.#receive(message)
    })
    socket.addEventListener('close', ({ code }) => {
      if (this.#socket === socket) this.#lost(code)
    })
    this.#expectLife(DEFAULT_HEARTBEAT_S * 1000)
  }

  #drop() {
    const socket = this.#socket
    this.#socket = null
    this.#welcome = false
    this.#pending = []
    clearTimeout(this.#silence)
    clearTimeout(this.#flush)
    clearInterval(this.#refill)
    this.#refill = undefined
    this.#flush = undefined
    for (const topic of this.#topics.values()) topic.asked = false
    socket?.close()
  }

  #lost(code: number) {
    this.#drop()
    if (code === SIGNED_OUT) {
      this.#setState('signed_out')
      return
    }
    const wait = backOff(this.#attempt, this.options.random)
    this.#attempt += 1
    this.#setState('waiting')
    this.#retry = setTimeout(() => this.#connect(), wait)
  }

  #expectLife(within: number) {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#lost(0), within)
  }

  #receive(message: ServerMessage) {
    switch (message.op) {
      case 'welcome':
        return this.#welcomed(message.user, message.heartbeat)
      case 'subscribed':
        return this.#subscribed(message.topic, message.resumed, message.cursor)
      case 'refused':
        return this.#refused(message.topic, message.code)
      case 'events':
        return this.#events(message.topic, message.events)
      case 'signal':
        return this.#each(message.topic, (handler) => handler.signal?.(message.kind, message.data))
      case 'ended':
        return message.code === 'restart' ? this.#restarted(message.topic) : this.#refused(message.topic, message.code)
      case 'done':
        return this.#settle(message.id, (command) => command.resolve(message.result))
      case 'failed':
        return this.#failed(message.id, message.error)
      default:
        return undefined
    }
  }

  #welcomed(user: string, heartbeat: number) {
    this.user = user
    this.#heartbeat = (heartbeat || DEFAULT_HEARTBEAT_S) * 1000
    this.#attempt = 0
    this.#welcome = true
    this.#allowance = BURST
    this.#ask()
    for (const command of this.#commands.values()) this.#sendCommand(command)
    this.#setState('live')
  }

  #subscribed(name: string, resumed: boolean, cursor: number | undefined) {
    const topic = this.#topics.get(name)
    if (!topic) return
    if (!resumed) topic.cursor = cursor
    this.#each(name, (handler) => handler.subscribed?.(resumed, cursor))
  }

  #refused(name: string, code: string) {
    this.#each(name, (handler) => handler.refused?.(code))
    this.#topics.delete(name)
  }

  /** What is behind the topic has begun anew: it is asked for again, not by all clients in the same moment. */
  #restarted(name: string) {
    const topic = this.#topics.get(name)
    if (!topic) return
    setTimeout(() => {
      if (this.#topics.get(name) !== topic) return
      topic.asked = false
      this.#askSoon()
    }, RESTART_MS * (this.options.random ?? Math.random)())
  }

  #events(name: string, events: LiveEvent[]) {
    const topic = this.#topics.get(name)
    if (!topic) return
    // A topic that restarted may tell the last events again.
    const fresh = events.filter(({ seq }) => seq === undefined || topic.cursor === undefined || seq > topic.cursor)
    const last = fresh.findLast(({ seq }) => seq !== undefined)
    if (last?.seq !== undefined) topic.cursor = last.seq
    if (fresh.length > 0) this.#each(name, (handler) => handler.events?.(fresh))
  }

  #each(name: string, tell: (handler: TopicHandler) => void) {
    for (const handler of this.#topics.get(name)?.handlers ?? []) tell(handler)
  }

  #settle(id: string, how: (command: Command) => void) {
    const command = this.#commands.get(id)
    if (!command) return
    this.#commands.delete(id)
    how(command)
  }

  #failed(id: string, { code, status, detail }: LiveFault) {
    const command = this.#commands.get(id)
    if (command && code === 'busy') {
      setTimeout(() => this.#commands.has(id) && this.#welcome && this.#sendCommand(command), BUSY_MS)
      return
    }
    this.#settle(id, ({ reject }) => reject(new CommandFault(code, status, detail)))
  }

  #sendCommand(command: Command) {
    const { id, name, params, sent: resent } = command
    command.sent = true
    this.#send({ op: 'command', id, name, params, resent })
  }

  /** Topics that are wanted in the same moment leave together. */
  #askSoon() {
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined
      if (this.#welcome) this.#ask()
    })
  }

  #ask() {
    const wanted = [...this.#topics].filter(([, { asked }]) => !asked)
    for (const [, topic] of wanted) topic.asked = true
    for (let from = 0; from < wanted.length; from += MOST_TOPICS_AT_ONCE) {
      const topics = wanted.slice(from, from + MOST_TOPICS_AT_ONCE).map(([topic, { cursor: after }]) => (after === undefined ? { topic } : { topic, after }))
      this.#send({ op: 'subscribe', topics })
    }
  }

  #unsubscribe(name: string, topic: Topic, handler: TopicHandler) {
    topic.handlers.delete(handler)
    if (topic.handlers.size > 0 || this.#topics.get(name) !== topic) return
    this.#topics.delete(name)
    if (topic.asked && this.#welcome) this.#send({ op: 'unsubscribe', topics: [name] })
  }

  #send(message: object) {
    this.#pending.push(JSON.stringify(message))
    this.#drain()
    this.#refill ??= setInterval(() => {
      this.#allowance = Math.min(BURST, this.#allowance + 1)
      this.#drain()
    }, REFILL_MS)
  }

  #drain() {
    while (this.#socket && this.#socket.readyState === 1 && this.#allowance > 0 && this.#pending.length > 0) {
      this.#allowance -= 1
      this.#socket.send(this.#pending.shift() ?? '')
    }
    if (this.#pending.length === 0 && this.#allowance === BURST) {
      clearInterval(this.#refill)
      this.#refill = undefined
    }
  }
}
