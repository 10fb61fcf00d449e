import type { Inline } from './ast'

const MOST_DEPTH = 8
const ID = '[0-9a-fA-F-]{36}'
const TOKEN = new RegExp(`^<(?:@(${ID})|@group:(${ID})|#(${ID})|!(channel|here)|([a-z]+:[^\\s<>|]+)(?:\\|([^<>]{1,500}))?)>`)
const BARE_LINK = /^https?:\/\/[^\s<>"'`]+/
const EMOJI = /^:([a-z0-9_+-]{1,50}):/
const ESCAPABLE = /[\\`*_~[\](){}#+\-.!>|:<@]/
const WORD = /[\p{L}\p{N}]/u

/** Only what cannot run anything: no `javascript:`, no `data:`. */
export function safeHref(text: string): string | null {
  const trimmed = text.trim()
  if (!/^(https?:\/\/|mailto:)/i.test(trimmed)) return null
  try {
    const url = new URL(trimmed)
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

/** A sentence may end right after an address, and a bracket may enclose it. */
function trimBare(link: string) {
  let end = link.length
  for (;;) {
    const last = link[end - 1] ?? ''
    if (/[.,;:!?*_~'"]/.test(last)) end -= 1
    else if (last === ')' && !link.slice(0, end).includes('(')) end -= 1
    else return link.slice(0, end)
  }
}

const MARKS = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'strike'],
  ['*', 'em'],
  ['_', 'em'],
] as const

/** Reads one stretch of text. Every search that finds no end is remembered, so that hostile text costs no more than its length. */
class InlineReader {
  readonly #out: Inline[] = []
  readonly #unclosed = new Set<string>()
  #plain = ''
  #at = 0

  constructor(
    private readonly text: string,
    private readonly depth: number,
  ) {}

  read(): Inline[] {
    while (this.#at < this.text.length) if (!this.#special()) this.#plain += this.text[this.#at++]
    this.#flush()
    return this.#out
  }

  #flush() {
    if (this.#plain) this.#out.push({ type: 'text', text: this.#plain })
    this.#plain = ''
  }

  #push(node: Inline, length: number) {
    this.#flush()
    this.#out.push(node)
    this.#at += length
    return true
  }

  /** The text from here, as far as a pattern may look. */
  #ahead = (length = 2_100) => this.text.slice(this.#at, this.#at + length)

  #find(closer: string, from: number) {
    if (this.#unclosed.has(closer)) return -1
    const found = this.text.indexOf(closer, from)
    if (found < 0) this.#unclosed.add(closer)
    return found
  }

  #special(): boolean {
    const char = this.text[this.#at]
    switch (char) {
      case '\n':
        return this.#push({ type: 'break' }, 1)
      case '\\':
        return this.#escape()
      case '`':
        return this.#code()
      case '<':
        return this.#token()
      case '[':
        return this.#link(0)
      case '!':
        return this.text[this.#at + 1] === '[' && this.#link(1)
      case 'h':
        return this.#bare()
      case ':':
        return this.#emoji()
      case '*':
      case '_':
      case '~':
        return this.#mark()
      default:
        return false
    }
  }

  #escape() {
    const next = this.text[this.#at + 1] ?? ''
    if (!ESCAPABLE.test(next)) return false
    this.#plain += next
    this.#at += 2
    return true
  }

  #code() {
    const ticks = /^`+/.exec(this.#ahead(16))?.[0] ?? '`'
    const end = this.#find(ticks, this.#at + ticks.length)
    if (end < 0) return false
    return this.#push({ type: 'code', text: this.text.slice(this.#at + ticks.length, end) }, end + ticks.length - this.#at)
  }

  #token() {
    const found = TOKEN.exec(this.#ahead())
    if (!found) return false
    const [all, user, group, room, everybody, url, label] = found
    if (user) return this.#push({ type: 'user', id: user }, all.length)
    if (group) return this.#push({ type: 'group', id: group }, all.length)
    if (room) return this.#push({ type: 'room', id: room }, all.length)
    if (everybody) return this.#push({ type: 'everybody', which: everybody === 'here' ? 'here' : 'channel' }, all.length)
    const href = safeHref(url ?? '')
    return href !== null && this.#push({ type: 'link', href, children: [{ type: 'text', text: label ?? url ?? '' }] }, all.length)
  }

  /** `[text](address)`; a picture of a foreign host becomes a link to it. */
  #link(skip: number) {
    const start = this.#at + skip + 1
    const middle = this.#find('](', start)
    if (middle < 0 || this.depth >= MOST_DEPTH) return false
    const end = this.#find(')', middle)
    if (end < 0 || this.text.slice(start, middle).includes('\n\n')) return false
    const href = safeHref(this.text.slice(middle + 2, end))
    if (href === null) return false
    const label = this.text.slice(start, middle) || href
    return this.#push({ type: 'link', href, children: readInline(label, this.depth + 1).filter(({ type }) => type !== 'link') }, end + 1 - this.#at)
  }

  #bare() {
    if (WORD.test(this.text[this.#at - 1] ?? '')) return false
    const found = BARE_LINK.exec(this.#ahead())
    if (!found) return false
    const link = trimBare(found[0])
    const href = safeHref(link)
    return href !== null && this.#push({ type: 'link', href, children: [{ type: 'text', text: link }] }, link.length)
  }

  #emoji() {
    const found = EMOJI.exec(this.#ahead(54))
    return found !== null && this.#push({ type: 'emoji', name: found[1] ?? '' }, found[0].length)
  }

  #mark() {
    if (this.depth >= MOST_DEPTH) return false
    for (const [mark, type] of MARKS) {
      if (!this.text.startsWith(mark, this.#at)) continue
      const start = this.#at + mark.length
      const before = this.text[this.#at - 1] ?? ''
      const opens = !/\s/.test(this.text[start] ?? ' ') && !(mark.startsWith('_') && WORD.test(before))
      const end = opens ? this.#closer(mark, start) : -1
      if (end < 0) continue
      return this.#push({ type, children: readInline(this.text.slice(start, end), this.depth + 1) }, end + mark.length - this.#at)
    }
    return false
  }

  #closer(mark: string, start: number): number {
    for (let end = this.#find(mark, start + 1); end >= 0; end = this.text.indexOf(mark, end + 1)) {
      const tight = !/\s/.test(this.text[end - 1] ?? ' ')
      const after = this.text[end + mark.length] ?? ''
      // "*" must not close at the "**" of an inner bold, nor "_" inside of a word.
      if (mark.length === 1 && (after === mark || this.text[end - 1] === mark)) continue
      if (tight && !(mark.startsWith('_') && WORD.test(after))) return end
    }
    this.#unclosed.add(mark)
    return -1
  }
}

export const readInline = (text: string, depth = 0): Inline[] => new InlineReader(text, depth).read()
