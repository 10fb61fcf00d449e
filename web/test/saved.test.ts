import { describe, expect, test } from 'vitest'
import type { SyncStatus } from '@/lib/realtime/document-session'
import { carriesState, SaveCounter } from '@/lib/realtime/save-counter'
import { saveStateOf } from '@/office/documents/save-state'

const STEP_1 = Uint8Array.of(0, 0, 1)
const STEP_2 = Uint8Array.of(0, 1, 1)
const UPDATE = Uint8Array.of(0, 2, 1)
const AWARENESS = Uint8Array.of(1, 2, 1)

describe('the count of what the server has stored', () => {
  test('only state counts: not the question for state, not cursors', () => {
    expect([STEP_1, STEP_2, UPDATE, AWARENESS, 'text'].map(carriesState)).toEqual([false, true, true, false, false])
  })

  test('nothing sent is not saved', () => {
    const counter = new SaveCounter()
    counter.countStored(0)
    expect(counter.allStored).toBe(false)
  })

  test('all stored only when the last message is', () => {
    const counter = new SaveCounter()
    counter.countSent(STEP_2)
    counter.countSent(UPDATE)
    counter.countStored(1)
    expect(counter.allStored).toBe(false)
    counter.countStored(2)
    expect(counter.allStored).toBe(true)
    counter.countSent(UPDATE)
    expect(counter.allStored).toBe(false)
  })

  test('a late acknowledgement takes nothing back, a new connection starts anew', () => {
    const counter = new SaveCounter()
    counter.countSent(UPDATE)
    counter.countSent(UPDATE)
    counter.countStored(2)
    counter.countStored(1)
    expect(counter.allStored).toBe(true)
    counter.reset()
    expect(counter.allStored).toBe(false)
  })
})

describe('the name of the state', () => {
  const status = (change: Partial<SyncStatus>): SyncStatus => ({
    connection: 'connected', synced: true, localReady: true, localKept: true, unsaved: false, closeCode: null, ...change,
  })
  test.each([
    [{}, true, 'saved'],
    [{ unsaved: true }, true, 'saving'],
    [{ synced: false }, true, 'connecting'],
    [{ synced: false, unsaved: true }, true, 'offline_kept'],
    [{ connection: 'disconnected' }, true, 'offline'],
    [{ connection: 'disconnected', unsaved: true }, true, 'offline_kept'],
    [{ connection: 'disconnected', unsaved: true, localKept: false }, true, 'offline_unkept'],
    [{ connection: 'closed', unsaved: true }, true, 'offline_kept'],
    [{}, false, 'viewing'],
  ] as const)('%o, may edit: %s → %s', (change, editable, expected) => {
    expect(saveStateOf(status(change), editable)).toBe(expected)
  })
})
