import { afterEach } from 'vitest'
import { cleanup } from '@testing-library/react'

// jsdom has neither; the app only asks whether the system is dark.
window.matchMedia ??= (media: string) =>
  ({ media, matches: false, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList

afterEach(() => {
  cleanup()
  localStorage.clear()
})
