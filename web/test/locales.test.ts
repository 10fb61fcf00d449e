import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const LOCALES = join(import.meta.dirname, '../locales')
const read = (language: string, file: string) =>
  JSON.parse(readFileSync(join(LOCALES, language, file), 'utf8')) as Record<string, string>

const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).toSorted()

describe.each(readdirSync(join(LOCALES, 'en')))('%s', (file) => {
  const english = read('en', file)
  test.each(readdirSync(LOCALES).filter((language) => language !== 'en'))('says in %s what it says in English', (language) => {
    const other = read(language, file)
    expect(Object.keys(other)).toEqual(Object.keys(english))
    for (const [key, text] of Object.entries(english)) {
      expect(other[key], key).not.toBe('')
      // A plural form for one may leave out the number.
      if (!key.endsWith('_one')) expect(placeholders(other[key] ?? ''), key).toEqual(placeholders(text))
    }
  })
})
