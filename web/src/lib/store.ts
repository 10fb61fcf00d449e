import { useSyncExternalStore } from 'react'

/** State outside of React: one immutable value, replaced as a whole, with its listeners. */
export class Store<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(initial: T) {
    this.#value = initial
  }

  readonly get = () => this.#value

  set(next: T) {
    if (Object.is(next, this.#value)) return
    this.#value = next
    for (const listener of this.#listeners) listener()
  }

  update(change: (value: T) => T) {
    this.set(change(this.#value))
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}

/** A part of a store. What `select` returns must stay the same object while nothing of it changes. */
export const useStore = <T, R>(store: Store<T>, select: (value: T) => R): R =>
  useSyncExternalStore(store.subscribe, () => select(store.get()))
