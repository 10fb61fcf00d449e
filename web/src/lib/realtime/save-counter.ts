const MESSAGE_SYNC = 0
const SYNC_STEP_2 = 1
const SYNC_UPDATE = 2

/** Whether the server will acknowledge this message: it carries document state. */
export function carriesState(data: unknown): boolean {
  if (!(data instanceof Uint8Array)) return false
  return data[0] === MESSAGE_SYNC && (data[1] === SYNC_STEP_2 || data[1] === SYNC_UPDATE)
}

/**
 * Counts, per connection, the state-carrying messages sent and those that the server says it has
 * stored durably. "Saved" is true only when the two are equal and at least our own state went out.
 */
export class SaveCounter {
  #sent = 0
  #stored = 0

  reset() {
    this.#sent = 0
    this.#stored = 0
  }

  countSent(data: unknown) {
    if (carriesState(data)) this.#sent += 1
  }

  /** Acknowledgements are cumulative; one that arrives late never takes anything back. */
  countStored(total: number) {
    this.#stored = Math.max(this.#stored, total)
  }

  get allStored() {
    return this.#sent > 0 && this.#stored >= this.#sent
  }
}

/** A WebSocket that reports what it sends; the counter starts anew with each connection. */
export function countedWebSocket(counter: SaveCounter): typeof WebSocket {
  return class CountedWebSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      counter.reset()
    }

    override send(data: Parameters<WebSocket['send']>[0]) {
      super.send(data)
      counter.countSent(data)
    }
  }
}
