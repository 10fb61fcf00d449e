import type { DecorationAttrs } from '@tiptap/pm/view'

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const isColor = (value: string) => /^#[\da-f]{6}$/i.test(value)
const FALLBACK = '#4b5563'

/** The cursor of somebody else, with their name. Names come from other browsers: only ever as text. */
export function caretOf(user: Record<string, unknown>): HTMLElement {
  const color = isColor(text(user.color)) ? text(user.color) : FALLBACK
  const caret = document.createElement('span')
  caret.className = 'remote-caret'
  // Properties, not a style attribute, which the content security policy refuses.
  caret.style.setProperty('--caret', color)
  const label = document.createElement('span')
  label.className = 'remote-caret-label'
  label.textContent = text(user.name)
  caret.append(label)
  return caret
}

export function selectionOf(user: Record<string, unknown>): DecorationAttrs {
  const color = isColor(text(user.color)) ? text(user.color) : FALLBACK
  return { class: 'remote-selection', style: `background-color: ${color}33` }
}
