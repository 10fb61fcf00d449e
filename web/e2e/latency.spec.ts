import { expect, test, type Page } from './kontor'

const SAMPLES = 12

/** The moment at which the page takes its next key, on the clock that all pages of this machine share. */
function nextKey(page: Page) {
  return page.evaluate(
    () => new Promise<number>((done) => document.addEventListener('keydown', () => done(Date.now()), { once: true, capture: true })),
  )
}

/** The moment at which the page shows a text, or another place of the other's cursor. */
function shown(page: Page, expected: string | null) {
  return page.evaluate(
    (text) =>
      new Promise<number>((done) => {
        const place = () => {
          const box = document.querySelector('.remote-caret')?.getBoundingClientRect()
          return box ? `${box.x} ${box.y}` : ''
        }
        const before = place()
        const look = () => {
          const there = text === null ? place() !== before : document.querySelector('.ProseMirror')?.textContent?.includes(text)
          if (there) done(Date.now())
          else requestAnimationFrame(look)
        }
        look()
      }),
    expected,
  )
}

async function measure(writer: Page, reader: Page, key: string, text: string | null) {
  const [pressed, seen] = [nextKey(writer), shown(reader, text)]
  // Both pages watch before anything happens.
  await Promise.all([writer.evaluate(() => 0), reader.evaluate(() => 0)])
  await writer.keyboard.press(key)
  return (await seen) - (await pressed)
}

const summary = (times: number[]) => {
  const sorted = times.toSorted((one, other) => one - other)
  return `median ${sorted[Math.floor(sorted.length / 2)]} ms, slowest ${sorted.at(-1)} ms of ${sorted.length}`
}

// A measurement: it fails when something does not arrive at all, not when it is slow.
test('text and cursor reach the other browser', async ({ ana, ben }) => {
  test.setTimeout(90_000)
  const id = await ana.newDocument('Latency')
  await ana.share(id, 'ben', 'edit')
  await ana.open(id)
  await ben.open(id)
  await ana.write('Begin ')
  await expect(ben.body).toContainText('Begin')
  await expect(ben.page.locator('.remote-caret')).toHaveCount(1)
  const [texts, cursors]: [number[], number[]] = [[], []]
  let written = 'Begin '
  for (const letter of 'abcdefghijkl'.slice(0, SAMPLES)) {
    written += letter
    texts.push(await measure(ana.page, ben.page, letter, written.trim()))
    cursors.push(await measure(ana.page, ben.page, 'ArrowLeft', null))
    await measure(ana.page, ben.page, 'End', null)
  }
  process.stdout.write(`text in the other browser: ${summary(texts)}; cursor: ${summary(cursors)}\n`)
  expect(Math.max(...texts, ...cursors)).toBeLessThan(5000)
})
