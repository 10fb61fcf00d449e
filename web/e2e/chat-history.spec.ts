import { Chat, unique } from './chat'
import { expect, test } from './kontor'

const MESSAGES = Number(process.env.CHAT_MESSAGES ?? 200)
const AT_ONCE = 20
/** Far enough that pages are loaded above. */
const STEPS = Math.min(400, MESSAGES * 0.3)

test('a long history scrolls without jumps', async ({ ana }) => {
  test.setTimeout(40_000 + MESSAGES * 60)
  const a = new Chat(ana)
  const room = await a.createRoom(unique('long'))
  const post = (number: number) => a.post(room, `#${number} ${'words of a message '.repeat(1 + (number % 17))}`)
  // The first and the last are known; those between come as they come.
  await post(0)
  for (let sent = 1; sent < MESSAGES - 1; sent += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, MESSAGES - 1 - sent) }, (_, index) => post(sent + index)))
  }
  await post(MESSAGES - 1)
  await a.open(room)
  await expect(a.log.locator('[data-seq]').last()).toBeInViewport()

  // Each step moves every message on the screen by the step, also where pages are loaded above.
  const jumps = await a.page.evaluate(async (steps) => {
    const log = document.querySelector('[role=log]') as HTMLElement
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const tops = () => {
      const { top, bottom } = log.getBoundingClientRect()
      const rows = [...log.querySelectorAll<HTMLElement>('[data-seq]')].map((row) => [row.dataset.seq, row.getBoundingClientRect().top] as const)
      return new Map(rows.filter(([, at]) => at > top && at < bottom))
    }
    const found: number[] = []
    for (let step = 0; step < steps; step += 1) {
      const before = tops()
      const scrolled = log.scrollTop
      log.scrollTop = scrolled - 80
      await frame()
      await frame()
      const after = tops()
      for (const [seq, at] of before) {
        const now = after.get(seq)
        if (now !== undefined && scrolled > 80 && Math.abs(now - at - 80) > 4) found.push(Math.round(now - at))
      }
    }
    return found
  }, STEPS)
  expect(jumps).toEqual([])

  // To the beginning, by date, and back to the end.
  await a.page.getByRole('button', { name: 'Today' }).first().click()
  await a.page.getByRole('menuitem', { name: 'The beginning' }).click()
  await expect(a.log.getByRole('heading', { level: 2 })).toBeVisible()
  await expect(a.message('#0 ')).toBeInViewport()
  await a.page.getByRole('button', { name: 'Newest messages' }).click()
  await expect(a.message(`#${MESSAGES - 1} `)).toBeInViewport()
})
