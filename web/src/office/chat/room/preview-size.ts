import type { Preview } from '../api-types'

const MOST_WIDTH = 420
const MOST_HEIGHT = 260
const THUMBNAIL = 72
/** Below this a picture is a sign of the site and not what the page is about. */
const LARGE = 300

export type PreviewPicture = { place: 'alone' | 'below' | 'beside'; width: number; height: number }

/** Where the picture of a preview stands and the room that it takes, known before its bytes are there: nothing jumps. */
export function pictureOf({ title, image }: Pick<Preview, 'title' | 'image'>): PreviewPicture | null {
  if (!image) return null
  const { width, height } = image
  const place = title === '' ? 'alone' : width >= LARGE && width >= height * 1.2 ? 'below' : 'beside'
  if (place === 'beside') return { place, width: THUMBNAIL, height: THUMBNAIL }
  const scale = Math.min(1, MOST_WIDTH / width, MOST_HEIGHT / height)
  return { place, width: Math.max(40, Math.round(width * scale)), height: Math.max(32, Math.round(height * scale)) }
}

/** Only what a browser opens as a page. */
export const hrefOf = (url: string) => (/^https?:\/\//i.test(url) ? url : undefined)
