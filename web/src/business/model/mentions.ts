import { encodeTokens, type Names } from '@/office/chat/composer/tokens'
import type { Person } from './api'

/** People whom one comment tells. */
const MOST_MENTIONS = 50
const NONE: ReadonlyMap<string, string> = new Map()
const USER = /<@([0-9a-f-]{36})>/gi

const namesOf = (people: ReadonlyMap<string, Person>): Names => ({ users: new Map([...people.values()].map(({ id, name }) => [id, name])), groups: NONE, rooms: NONE })

/** Whom a text names with a sign before the name: each once. */
export const mentionedIn = (text: string, people: ReadonlyMap<string, Person>): string[] =>
  [...new Set([...encodeTokens(text, namesOf(people)).matchAll(USER)].map(([, id = '']) => id))].slice(0, MOST_MENTIONS)

/** A text whose mentions stand out when it is shown as Markdown. */
export const withMentions = (text: string, people: ReadonlyMap<string, Person>): string =>
  encodeTokens(text, namesOf(people))
    .replaceAll(/<!(channel|here)>/g, '@$1')
    .replaceAll(USER, (whole, id: string) => (people.has(id) ? `**@${people.get(id)?.name}**` : whole))

/** The name that is being written before the caret, and where its sign stands. */
export function mentionAt(text: string, caret: number): { query: string; from: number } | null {
  const found = /(?:^|[\s(])@([\p{L}\p{N}_.-]*(?: [\p{L}\p{N}-]*)?)$/u.exec(text.slice(Math.max(0, caret - 60), caret))
  const query = found?.[1]
  return query === undefined ? null : { query, from: caret - query.length - 1 }
}

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** People whose names begin so, by any of their words. */
export function peopleFor(query: string, people: ReadonlyMap<string, Person>, me: string, most = 6): Person[] {
  const asked = plain(query)
  return [...people.values()]
    .filter(({ id, name }) => id !== me && (plain(name).startsWith(asked) || plain(name).split(/[\s.-]+/).some((word) => word.startsWith(asked))))
    .toSorted((one_, other) => one_.name.localeCompare(other.name))
    .slice(0, most)
}
