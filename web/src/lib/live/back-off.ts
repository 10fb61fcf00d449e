const FIRST_MS = 500
const LONGEST_MS = 20_000

/**
 * How long to wait before the attempt with this number. The first comes at once, later ones double; the
 * jitter keeps all clients of a restarted server from coming back in the same moment.
 */
export function backOff(attempt: number, random: () => number = Math.random): number {
  if (attempt === 0) return 0
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1))
  return full / 2 + (full / 2) * random()
}
