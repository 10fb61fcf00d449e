// In the field a mention reads "@Ana Ribeiro"; on the wire it is "<@ID>".

export type Names = {
  users: ReadonlyMap<string, string>
  groups: ReadonlyMap<string, string>
  rooms: ReadonlyMap<string, string>
}

const TOKEN = /<(?:@([0-9a-fA-F-]{36})|@group:([0-9a-fA-F-]{36})|#([0-9a-fA-F-]{36})|!(channel|here))>/g
const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/

/** What the server sent, as somebody would type it. */
export const decodeTokens = (text: string, { users, groups, rooms }: Names) =>
  text.replaceAll(TOKEN, (whole, user?: string, group?: string, room?: string, everybody?: string) => {
    if (everybody) return `@${everybody}`
    if (user) return users.has(user) ? `@${users.get(user)}` : whole
    if (group) return groups.has(group) ? `@${groups.get(group)}` : whole
    return room && rooms.has(room) ? `#${rooms.get(room)}` : whole
  })

type Candidate = { text: string; token: string }

function candidates({ users, groups, rooms }: Names): Map<string, Candidate[]> {
  const all: Candidate[] = [
    { text: '@channel', token: '<!channel>' },
    { text: '@here', token: '<!here>' },
    ...[...users].map(([id, name]) => ({ text: `@${name}`, token: `<@${id}>` })),
    ...[...groups].map(([id, handle]) => ({ text: `@${handle}`, token: `<@group:${id}>` })),
    ...[...rooms].map(([id, name]) => ({ text: `#${name}`, token: `<#${id}>` })),
  ]
  const byStart = new Map<string, Candidate[]>()
  for (const candidate of all) {
    const key = candidate.text.slice(0, 3).toLowerCase()
    byStart.set(key, [...(byStart.get(key) ?? []), candidate])
  }
  // The longest name first: "Ana Ribeiro" before "Ana".
  for (const list of byStart.values()) list.sort((a, b) => b.text.length - a.text.length)
  return byStart
}

const WORD = /[\p{L}\p{N}_]/u

function encodePlain(text: string, byStart: Map<string, Candidate[]>) {
  let out = ''
  let at = 0
  while (at < text.length) {
    const char = text[at] ?? ''
    const found =
      (char === '@' || char === '#') && !WORD.test(text[at - 1] ?? '')
        ? byStart.get(text.slice(at, at + 3).toLowerCase())?.find(({ text: name }) =>
            text.slice(at, at + name.length).toLowerCase() === name.toLowerCase() && !WORD.test(text[at + name.length] ?? ''))
        : undefined
    out += found ? found.token : char
    at += found ? found.text.length : 1
  }
  return out
}

/** What somebody typed, with the names of people, groups and rooms as tokens. Code stays as it is. */
export function encodeTokens(text: string, names: Names): string {
  if (!/[@#]/.test(text)) return text
  const byStart = candidates(names)
  return text.split(CODE).map((part, index) => (index % 2 === 1 ? part : encodePlain(part, byStart))).join('')
}
