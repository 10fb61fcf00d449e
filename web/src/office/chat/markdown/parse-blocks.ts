import type { Align, Block, Inline } from './ast'
import { readInline } from './parse-inline'

const MOST_DEPTH = 6
const FENCE = /^\s{0,3}(`{3,}|~{3,})\s*([\w+#.-]*)\s*$/
const QUOTE = /^\s{0,3}>\s?/
const ITEM = /^(\s*)(?:[-*•]|(\d{1,9})[.)])\s+(?=\S)/
const TASK = /^\[([ xX])\]\s+/
const HEADING = /^#{1,6}\s+(.*)$/
const RULE = /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/
const DIVIDER = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/

const startsBlock = (line: string) => FENCE.test(line) || QUOTE.test(line) || ITEM.test(line) || HEADING.test(line) || RULE.test(line)

const cellsOf = (line: string) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim())

function alignOf(cell: string): Align {
  if (cell.endsWith(':')) return cell.startsWith(':') ? 'center' : 'right'
  return 'left'
}

class BlockReader {
  readonly #out: Block[] = []
  #at = 0

  constructor(
    private readonly lines: string[],
    private readonly depth: number,
  ) {}

  get #line() {
    return this.lines[this.#at] ?? ''
  }

  get #more() {
    return this.#at < this.lines.length
  }

  read(): Block[] {
    while (this.#more) {
      if (this.#line.trim() === '') this.#at += 1
      else this.#block()
    }
    return this.#out
  }

  #block() {
    if (this.#fence() || this.#heading() || this.#rule()) return
    if (this.depth < MOST_DEPTH && (this.#quote() || this.#list())) return
    if (!this.#table()) this.#paragraph()
  }

  #fence() {
    const open = FENCE.exec(this.#line)
    if (!open) return false
    const [, mark = '```', language = ''] = open
    const start = this.#at + 1
    let end = start
    while (end < this.lines.length && !(this.lines[end] ?? '').trimStart().startsWith(mark)) end += 1
    this.#out.push({ type: 'code', language, text: this.lines.slice(start, end).join('\n') })
    this.#at = end + 1
    return true
  }

  #heading() {
    const found = HEADING.exec(this.#line)
    if (!found) return false
    this.#out.push({ type: 'heading', children: readInline(found[1] ?? '') })
    this.#at += 1
    return true
  }

  #rule() {
    if (!RULE.test(this.#line)) return false
    this.#out.push({ type: 'rule' })
    this.#at += 1
    return true
  }

  #quote() {
    if (!QUOTE.test(this.#line)) return false
    const inner: string[] = []
    while (this.#more && QUOTE.test(this.#line)) {
      inner.push(this.#line.replace(QUOTE, ''))
      this.#at += 1
    }
    this.#out.push({ type: 'quote', children: new BlockReader(inner, this.depth + 1).read() })
    return true
  }

  #list() {
    const first = ITEM.exec(this.#line)
    if (!first) return false
    const ordered = first[2] !== undefined
    const items: { checked: boolean | null; children: Block[] }[] = []
    const indent = first[1]?.length ?? 0
    while (this.#more) {
      const item = ITEM.exec(this.#line)
      if (!item || (item[1]?.length ?? 0) > indent + 1 || (item[2] !== undefined) !== ordered) break
      items.push(this.#item(item[0]))
    }
    this.#out.push({ type: 'list', ordered, start: ordered ? Number(first[2]) : 1, items })
    return true
  }

  #item(marker: string) {
    let first = this.#line.slice(marker.length)
    const task = TASK.exec(first)
    if (task) first = first.slice(task[0].length)
    const inner = [first]
    this.#at += 1
    // What is indented below belongs to the item.
    while (this.#more && /^\s{2,}\S/.test(this.#line) && (this.#line.search(/\S/) >= Math.min(marker.length, marker.search(/\S/) + 2))) {
      inner.push(this.#line.slice(Math.min(marker.length, this.#line.search(/\S/))))
      this.#at += 1
    }
    return { checked: task ? task[1] !== ' ' : null, children: new BlockReader(inner, this.depth + 1).read() }
  }

  #table() {
    const divider = this.lines[this.#at + 1] ?? ''
    if (!this.#line.includes('|') || !DIVIDER.test(divider) || !divider.includes('-')) return false
    const head = cellsOf(this.#line)
    const align = cellsOf(divider).map(alignOf)
    if (head.length < 2 || head.length !== align.length) return false
    this.#at += 2
    const rows: Inline[][][] = []
    while (this.#more && this.#line.includes('|')) {
      const cells = cellsOf(this.#line).slice(0, head.length)
      rows.push(head.map((_cell, column) => readInline(cells[column] ?? '')))
      this.#at += 1
    }
    this.#out.push({ type: 'table', align, head: head.map((cell) => readInline(cell)), rows })
    return true
  }

  #paragraph() {
    const start = this.#at
    do this.#at += 1
    while (this.#more && this.#line.trim() !== '' && !startsBlock(this.#line))
    const text = this.lines.slice(start, this.#at).join('\n').trim()
    this.#out.push({ type: 'paragraph', children: readInline(text) })
  }
}

/** Markdown of a message as a tree. Nothing of it is ever HTML. */
export const parseMarkdown = (text: string): Block[] => new BlockReader(text.replaceAll('\r\n', '\n').split('\n'), 0).read()
