import { join } from 'node:path'
import type { Page } from '@playwright/test'

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
