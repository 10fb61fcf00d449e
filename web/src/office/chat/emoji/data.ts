import { readSetting, writeSetting } from '@/lib/storage'

export type EmojiEntry = { unicode: string; label: string; codes: string[]; words: string; group: number }

// Names in the person's language, in a chunk of their own that loads with the first picker.
const LOADERS: Record<string, () => Promise<{ default: EmojiRow[] }>> = {
  en: () => import('virtual:emoji/en'),
  de: () => import('virtual:emoji/de'),
}
const loaded = new Map<string, Promise<EmojiEntry[]>>()

async function read(language: string): Promise<EmojiEntry[]> {
  const { default: rows } = await (LOADERS[language] ?? LOADERS.en ?? (() => Promise.resolve({ default: [] as EmojiRow[] })))()
  return rows.map(([unicode, label, codes, words, group]) => ({
    unicode, label, codes: codes ? codes.split(' ') : [], words: `${label} ${codes.replaceAll('_', ' ')} ${words}`.toLowerCase(), group,
  }))
}

export function loadEmoji(language: string): Promise<EmojiEntry[]> {
  const known = loaded.get(language)
  if (known) return known
  const started = read(language)
  started.catch(() => loaded.delete(language))
  loaded.set(language, started)
  return started
}

const rank = ({ label, codes, words }: EmojiEntry, query: string) => {
  if (codes.includes(query)) return 0
  if (codes.some((code) => code.startsWith(query))) return 1
  if (label.toLowerCase().startsWith(query)) return 2
  return words.split(' ').some((word) => word.startsWith(query)) ? 3 : 4
}

export function searchEmoji(all: readonly EmojiEntry[], text: string, most: number): EmojiEntry[] {
  const query = text.trim().toLowerCase()
  if (query === '') return all.slice(0, most)
  const spaced = query.replaceAll('_', ' ')
  return all
    .filter(({ words }) => words.includes(spaced))
    .map((entry) => ({ entry, at: rank(entry, query) }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ entry }) => entry)
}

/** `:tada:` as somebody types it becomes the character; names of the business's own emoji stay. */
export async function withUnicode(text: string, own: ReadonlySet<string>): Promise<string> {
  if (!/:[a-z0-9_+-]+:/.test(text)) return text
  const all = await loadEmoji('en').catch(() => [])
  const byCode = new Map(all.flatMap(({ codes, unicode }) => codes.map((code) => [code, unicode] as const)))
  return text.replaceAll(/(`+)[\s\S]*?\1|:([a-z0-9_+-]+):/g, (whole, _ticks: string, code: string | undefined) =>
    code && !own.has(code) ? (byCode.get(code) ?? whole) : whole,
  )
}

const FIRST = ['👍', '❤️', '🎉', '😄', '👀', '✅', '🙏', '🔥']
const RECENT = 'emoji-recent'

export function recentEmoji(): string[] {
  const kept = (readSetting(RECENT) ?? '').split(' ').filter(Boolean)
  return [...new Set([...kept, ...FIRST])].slice(0, 16)
}

export function noteEmoji(emoji: string) {
  writeSetting(RECENT, [...new Set([emoji, ...recentEmoji()])].slice(0, 16).join(' '))
}
