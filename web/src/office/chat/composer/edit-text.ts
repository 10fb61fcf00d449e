// Changes to a text field that its own undo knows of.

export function replaceRange(field: HTMLTextAreaElement, from: number, to: number, text: string) {
  field.focus()
  field.setSelectionRange(from, to)
  // The only way that keeps the browser's undo; the rest is for browsers that dropped it.
  if (document.execCommand('insertText', false, text)) return
  field.setRangeText(text, from, to, 'end')
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

export function wrap(field: HTMLTextAreaElement, mark: string) {
  const { selectionStart: from, selectionEnd: to, value } = field
  const inner = value.slice(from, to)
  const wrapped = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark
  if (wrapped) {
    replaceRange(field, from - mark.length, to + mark.length, inner)
    field.setSelectionRange(from - mark.length, to - mark.length)
    return
  }
  replaceRange(field, from, to, mark + inner + mark)
  field.setSelectionRange(from + mark.length, to + mark.length)
}

export function prefixLines(field: HTMLTextAreaElement, prefix: (index: number) => string) {
  const { selectionStart, selectionEnd, value } = field
  const from = value.lastIndexOf('\n', selectionStart - 1) + 1
  const end = value.indexOf('\n', selectionEnd)
  const to = end < 0 ? value.length : end
  const lines = value.slice(from, to).split('\n')
  const all = lines.every((line, index) => line.startsWith(prefix(index)))
  const next = lines.map((line, index) => (all ? line.slice(prefix(index).length) : prefix(index) + line))
  replaceRange(field, from, to, next.join('\n'))
}

export function fence(field: HTMLTextAreaElement) {
  const { selectionStart: from, selectionEnd: to, value } = field
  const before = from === 0 || value[from - 1] === '\n' ? '' : '\n'
  replaceRange(field, from, to, `${before}\`\`\`\n${value.slice(from, to)}\n\`\`\``)
  const inside = from + before.length + 4
  field.setSelectionRange(inside, inside + (to - from))
}

export function link(field: HTMLTextAreaElement) {
  const { selectionStart: from, selectionEnd: to, value } = field
  const label = value.slice(from, to)
  replaceRange(field, from, to, `[${label}](https://)`)
  const at = from + label.length + 3
  field.setSelectionRange(label ? at : from + 1, label ? at + 8 : from + 1)
}

const LIST = /^(\s*)(?:([-*])|(\d+)\.)\s+(\[[ x]\]\s+)?/

/** A new line in a list begins the next item; in an empty item it ends the list. */
export function newLine(field: HTMLTextAreaElement) {
  const { selectionStart: from, selectionEnd: to, value } = field
  const start = value.lastIndexOf('\n', from - 1) + 1
  const line = value.slice(start, from)
  const item = LIST.exec(line)
  if (!item) return replaceRange(field, from, to, '\n')
  if (item[0].length === line.length) return replaceRange(field, start, to, '')
  const marker = item[2] ?? `${Number(item[3]) + 1}.`
  return replaceRange(field, from, to, `\n${item[1] ?? ''}${marker} ${item[4] ? '[ ] ' : ''}`)
}

/** Whether the caret is in a code block that has not been closed yet. */
export const inFence = (value: string, at: number) => (value.slice(0, at).match(/^```/gm)?.length ?? 0) % 2 === 1
