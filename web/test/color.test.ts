import { expect, test } from 'vitest'
import { colorAmong } from '@/office/documents/use-own-color'
import { CURSOR_PALETTE, cursorColor } from '@/ui/avatar'

test('nobody shares a colour with somebody who was here before them in the alphabet of ids', () => {
  const own = cursorColor('b')
  expect(colorAmong('b', [])).toBe(own)
  expect(colorAmong('b', [{ id: 'c', color: own }])).toBe(own)
  const other = colorAmong('b', [{ id: 'a', color: own }])
  expect(other).not.toBe(own)
  expect(CURSOR_PALETTE).toContain(other)
  // Oneself in another tab is no stranger.
  expect(colorAmong('b', [{ id: 'b', color: own }])).toBe(own)
})

test('more people than colours is no fault', () => {
  const crowd = CURSOR_PALETTE.map((color, index) => ({ id: `a${index}`, color }))
  expect(CURSOR_PALETTE).toContain(colorAmong('b', crowd))
})

// WCAG relative luminance: names are white on these.
const channel = (value: number) => (value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
const luminance = (hex: string) => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test.each(CURSOR_PALETTE)('a white name can be read on %s', (color) => {
  expect(1.05 / (luminance(color) + 0.05)).toBeGreaterThanOrEqual(4.5)
})
