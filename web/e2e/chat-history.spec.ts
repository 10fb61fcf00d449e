import { Chat, unique } from './chat'
import { expect, test } from './kontor'

const MESSAGES = Number(process.env.CHAT_MESSAGES ?? 140)
const AT_ONCE = 20
/** Far enough that pages are loaded above. */
const STEPS = Math.min(400, MESSAGES / 2)

test('a long history scrolls without jumps', async ({ ana }) => {
  test.setTimeout(40_000 + MESSAGES * 60)
  const a = new Chat(ana)
  const room = await a.createRoom(unique('long'))
  for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => a.post(room, `#${sent + index} ${'words of a message '.repeat(1 + ((sent + index) % 17))}`)))
  }
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
  await a.page.getByRole('button', { name: 'Newest messages' }).click()
  await expect(a.message(`#${MESSAGES - 1} `)).toBeInViewport()
})
