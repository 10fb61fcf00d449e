import { readSetting, writeSetting } from './storage'

// What the app needs to open without a connection. The server still decides about every right.
type Slot = 'session' | 'documents'

export function remember(slot: Slot, value: unknown) {
  writeSetting(`last-${slot}`, JSON.stringify(value))
}

export function recall<T>(slot: Slot): T | null {
  try {
    return JSON.parse(readSetting(`last-${slot}`) ?? 'null') as T | null
  } catch {
    return null
  }
}

/** When somebody signs out, or the server says that nobody is signed in. */
export function forgetRemembered() {
  writeSetting('last-session', null)
  writeSetting('last-documents', null)
}
