import { join } from 'node:path'
import type { Page } from '@playwright/test'

/** As whom pictures are taken. */
export const LOOKS = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1440, height: 900 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true } },
  { name: 'german', options: { colorScheme: 'light', viewport: { width: 1440, height: 900 }, locale: 'de-DE' } },
] as const

const FOLDER = process.env.SCREENSHOTS
const DESK = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

/** Takes a picture in light and dark and as on a phone, when somebody wants pictures. */
export async function looks(page: Page, title: string) {
  if (!FOLDER) return
  const take = async (look: string) => {
    await page.waitForTimeout(400)
    await page.screenshot({ path: join(FOLDER, `${title}-${look}.png`), animations: 'disabled' })
  }
  await take('light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await take('dark')
  await page.setViewportSize(PHONE)
  await take('phone')
  await page.setViewportSize(DESK)
  await page.emulateMedia({ colorScheme: 'light' })
}
