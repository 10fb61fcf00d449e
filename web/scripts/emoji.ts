import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const require = createRequire(import.meta.url)
const PREFIX = 'virtual:emoji/'

type Source = { unicode: string; label: string; tags?: string[]; group?: number; hexcode: string; order?: number }

const read = <T>(path: string) => JSON.parse(readFileSync(require.resolve(`emojibase-data/${path}`), 'utf8')) as T

/** `virtual:emoji/de`: of each emoji the character, its name, its shortcodes, words to find it by, and its group. */
export function emoji(): Plugin {
  return {
    name: 'kontor-emoji',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null
      const language = id.slice(PREFIX.length + 1)
      const codes = read<Record<string, string | string[]>>('en/shortcodes/iamcal.json')
      const rows = read<Source[]>(`${language}/compact.json`)
        .filter(({ group }) => group !== undefined && group !== 2)
        .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
        .map(({ unicode, label, tags = [], group, hexcode }) => [unicode, label, [codes[hexcode] ?? []].flat().join(' '), tags.join(' '), group])
      return `export default ${JSON.stringify(rows)}`
    },
  }
}
