import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '@/lib/i18n/hooks'
import { loadEmoji, searchEmoji, type EmojiEntry } from '../emoji/data'
import { useChat } from '../model/chat-state'
import { useGroups, usePeople } from '../model/directory'
import { commandsQuery } from '../queries'

export type Completion = {
  key: string
  kind: 'user' | 'group' | 'everybody' | 'room' | 'emoji' | 'command'
  /** A person's id, or the emoji itself. */
  sign: string
  label: string
  detail: string
  insert: string
  /** What is written behind a command. */
  hint?: string
}

export type Trigger = { sign: '@' | '#' | ':' | '/'; query: string; from: number }

const MOST = 8
const TRIGGER = /(?:^|[\s(])(?:([@])([\p{L}\p{N}_.-]*(?: [\p{L}\p{N}-]*)?)|([#])([\p{L}\p{N}_.-]*)|(:)([a-z0-9_+-]{2,}))$/iu

/** Only a text that begins with it is a command. */
const COMMAND = /^\/([\p{L}\p{N}_-]*)$/u

export function triggerAt(value: string, caret: number): Trigger | null {
  const command = COMMAND.exec(value.slice(0, caret))
  if (command) return { sign: '/', query: command[1] ?? '', from: 0 }
  const found = TRIGGER.exec(value.slice(Math.max(0, caret - 60), caret))
  if (!found) return null
  const sign = (found[1] ?? found[3] ?? found[5]) as Trigger['sign']
  const query = found[2] ?? found[4] ?? found[6] ?? ''
  return { sign, query, from: caret - query.length - 1 }
}

const fold = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
const begins = (text: string, query: string) => fold(text).split(/[\s.-]+/).some((word) => word.startsWith(query)) || fold(text).startsWith(query)

function usePeopleMatches(query: string | null, members: readonly string[]): Completion[] {
  const { t } = useTranslation('chat')
  const people = usePeople()
  const groups = useGroups()
  const userId = useChat((state) => state.userId)
  return useMemo(() => {
    if (query === null) return []
    const text = fold(query)
    const first = new Set(members)
    const persons = [...people.values()]
      .filter(({ id, name, email }) => id !== userId && (begins(name, text) || email.startsWith(text)))
      .toSorted((a, b) => Number(first.has(b.id)) - Number(first.has(a.id)) || a.name.localeCompare(b.name))
      .slice(0, MOST)
      .map(({ id, name, email, kind }): Completion => ({ key: id, kind: 'user', sign: id, label: name, detail: kind === 'bot' ? t('bot') : email, insert: `@${name} ` }))
    const found = groups.filter(({ name, handle }) => begins(handle, text) || begins(name, text))
    const everybody = (['channel', 'here'] as const).filter((which) => which.startsWith(text))
    return [
      ...persons,
      ...found.map(({ id, name, handle }): Completion => ({ key: id, kind: 'group', sign: id, label: `@${handle}`, detail: name, insert: `@${handle} ` })),
      ...everybody.map((which): Completion => ({ key: which, kind: 'everybody', sign: '', label: `@${which}`, detail: t(`everybody.${which}`), insert: `@${which} ` })),
    ].slice(0, MOST)
  }, [query, people, groups, members, userId, t])
}

function useRoomMatches(query: string | null): Completion[] {
  const rooms = useChat((state) => state.rooms)
  return useMemo(() => {
    if (query === null) return []
    return Object.values(rooms)
      .filter(({ kind, name, archived }) => kind === 'channel' && !archived && name !== null && begins(name, fold(query)))
      .slice(0, MOST)
      .map(({ id, name, description }) => ({ key: id, kind: 'room', sign: id, label: `#${name}`, detail: description, insert: `#${name} ` }))
  }, [query, rooms])
}

function useEmojiMatches(query: string | null): Completion[] {
  const language = useLanguage()
  const own = useChat((state) => state.emoji)
  const [all, setAll] = useState<EmojiEntry[]>([])
  const wanted = query !== null
  useEffect(() => {
    if (wanted) void loadEmoji(language).then(setAll, () => {})
  }, [wanted, language])
  return useMemo(() => {
    if (query === null) return []
    const ours = own.filter(({ name }) => name.startsWith(query)).map(({ name }): Completion => ({ key: name, kind: 'emoji', sign: `:${name}:`, label: `:${name}:`, detail: '', insert: `:${name}: ` }))
    const found = searchEmoji(all, query, MOST).map(({ unicode, label, codes }): Completion => ({ key: unicode, kind: 'emoji', sign: unicode, label: codes[0] ? `:${codes[0]}:` : label, detail: label, insert: `${unicode} ` }))
    return [...ours, ...found].slice(0, MOST)
  }, [query, all, own])
}

function useCommandMatches(query: string | null): Completion[] {
  const { t } = useTranslation('chat')
  const { data } = useQuery({ ...commandsQuery, enabled: query !== null })
  return useMemo(() => {
    if (query === null) return []
    const text = query.toLowerCase()
    return (data?.items ?? [])
      .filter(({ name }) => name.startsWith(text))
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ id, name, hint, description }): Completion => ({
        key: `/${name}`, kind: 'command', sign: '', label: `/${name}`, hint, insert: `/${name} `,
        // Those that are built in are told in the person's language.
        detail: id === null ? t(`command.${name}` as 'command.me', { defaultValue: description }) : description,
      }))
  }, [query, data, t])
}

const NOBODY: readonly string[] = []

/** What could stand for the letters before the caret. */
export function useCompletions(trigger: Trigger | null, members: readonly string[] = NOBODY): Completion[] {
  const query = (sign: Trigger['sign']) => (trigger?.sign === sign ? trigger.query : null)
  const people = usePeopleMatches(query('@'), members)
  const rooms = useRoomMatches(query('#'))
  const emoji = useEmojiMatches(query(':'))
  const commands = useCommandMatches(query('/'))
  if (trigger?.sign === '/') return commands
  if (trigger?.sign === '@') return people
  return trigger?.sign === '#' ? rooms : emoji
}
