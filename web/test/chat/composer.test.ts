import { describe, expect, test } from 'vitest'
import { inFence } from '@/office/chat/composer/edit-text'
import { decodeTokens, encodeTokens, type Names } from '@/office/chat/composer/tokens'
import { triggerAt } from '@/office/chat/composer/use-completion'
import { searchEmoji, withUnicode } from '@/office/chat/emoji/data'

const ANA = '018f0000-0000-7000-8000-000000000001'
const ANNA = '018f0000-0000-7000-8000-000000000002'
const ROOM = '018f0000-0000-7000-8000-000000000003'
const names: Names = {
  users: new Map([[ANA, 'Ana'], [ANNA, 'Ana Ribeiro']]),
  groups: new Map([[ROOM, 'designers']]),
  rooms: new Map([[ROOM, 'launch-q1']]),
}

describe('mentions', () => {
  test.each([
    ['hi @Ana Ribeiro!', `hi <@${ANNA}>!`],
    ['hi @Ana, you', `hi <@${ANA}>, you`],
    ['@channel @here', '<!channel> <!here>'],
    ['see #launch-q1', `see <#${ROOM}>`],
    ['@designers', `<@group:${ROOM}>`],
  ])('%s', (typed, sent) => {
    expect(encodeTokens(typed, names)).toBe(sent)
    expect(decodeTokens(sent, names)).toBe(typed)
  })

  test.each(['ana@Ana.example', '`@Ana`', '```\n@Ana\n```', '@Anaconda', '#launch-q12', '@nobody'])('%s stays', (typed) => {
    expect(encodeTokens(typed, names)).toBe(typed)
  })
})

test('completion begins at @ # and : but not inside of words', () => {
  expect(triggerAt('hi @an', 6)).toEqual({ sign: '@', query: 'an', from: 3 })
  expect(triggerAt('hi @Ana Ri', 10)).toEqual({ sign: '@', query: 'Ana Ri', from: 3 })
  expect(triggerAt('#la', 3)).toEqual({ sign: '#', query: 'la', from: 0 })
  expect(triggerAt(':ta', 3)).toEqual({ sign: ':', query: 'ta', from: 0 })
  expect(triggerAt('mail ana@ex', 11)).toBeNull()
  expect(triggerAt('12:30', 5)).toBeNull()
})

test('an open code block is noticed', () => {
  expect(inFence('```\nabc', 7)).toBe(true)
  expect(inFence('```\nabc\n```\n', 12)).toBe(false)
})

test('shortcodes become emoji, outside of code, unless they are our own', async () => {
  expect(await withUnicode('yes :tada: :party: `:tada:`', new Set(['party']))).toBe('yes 🎉 :party: `:tada:`')
})

test('emoji are found by their code first', () => {
  const entry = (unicode: string, codes: string[], words: string) => ({ unicode, label: codes[0] ?? '', codes, words: `${codes.join(' ')} ${words}`, group: 0 })
  const all = [entry('a', ['other'], 'tada'), entry('b', ['tada_horn'], ''), entry('c', ['tada'], '')]
  expect(searchEmoji(all, 'tada', 2).map(({ unicode }) => unicode)).toEqual(['c', 'b'])
})
