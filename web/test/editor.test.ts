import { Editor, type JSONContent } from '@tiptap/core'
import { afterEach, describe, expect, test } from 'vitest'
import { schemaExtensions } from '@/office/documents/editor/extensions'
import { canonicalLanguage, highlight, loadLanguage } from '@/lib/code/languages'
import { parseMarkdown, toMarkdown } from '@/office/documents/editor/markdown'
import { countWords } from '@/office/documents/editor/outline'
import { caretOf, selectionOf } from '@/office/documents/editor/remote-caret'
import english from '../locales/en/templates.json'
import german from '../locales/de/templates.json'

let editor: Editor | undefined
const open = (content: string | JSONContent) => (editor = new Editor({ extensions: schemaExtensions(), content }))
afterEach(() => editor?.destroy())

const MARKDOWN = `# Plan

Some **bold**, *slanted* and \`code\` with a [link](https://a.example).

- one
- two

- [ ] open
- [x] done

> quoted

\`\`\`rust
fn main() {}
\`\`\`

| A | B |
| --- | --- |
| 1 | 2 |`

describe('Markdown', () => {
  test('every block arrives', () => {
    const types = parseMarkdown(MARKDOWN).map(({ type }) => type)
    expect(types).toEqual(['heading', 'paragraph', 'bulletList', 'taskList', 'blockquote', 'codeBlock', 'table'])
  })

  test('comes back the same after a round trip', () => {
    const again = toMarkdown({ type: 'doc', content: parseMarkdown(MARKDOWN) })
    expect(parseMarkdown(again)).toEqual(parseMarkdown(MARKDOWN))
  })

  test('a script address does not become a link', () => {
    expect(JSON.stringify(parseMarkdown('[x](javascript:alert(1))'))).not.toContain('javascript:')
  })
})

test('a script address in the document is not drawn', () => {
  const link = { type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: 'javascript:alert(1)' } }] }
  expect(open({ type: 'doc', content: [{ type: 'paragraph', content: [link] }] }).getHTML()).not.toContain('javascript:')
})

test.each(Object.entries({ ...english, ...Object.fromEntries(Object.entries(german).map(([key, html]) => [`de ${key}`, html])) }))(
  'the template %s fits the schema',
  (_name, html) => {
    const made = open(html)
    expect(() => made.state.doc.check()).not.toThrow()
    expect(made.isEmpty).toBe(false)
  },
)

describe('code', () => {
  test('names that people type', () => {
    expect(['js', 'TS', 'rs', 'c++', 'nonsense', null].map(canonicalLanguage)).toEqual(['javascript', 'typescript', 'rust', 'cpp', null, null])
  })

  test('is coloured once its grammar has arrived, at the right places', async () => {
    const code = 'let x = "s"'
    expect(highlight('javascript', code)).toEqual([])
    await loadLanguage('javascript')
    const spans = highlight('javascript', code)
    expect(spans.map(({ from, to }) => code.slice(from, to))).toEqual(['let', '"s"'])
  })
})

test('words are counted as the language counts them', () => {
  expect(countWords('Write — or don’t: 2 words.', 'en')).toBe(5)
})

describe('remote carets', () => {
  test('a name is text, a colour is a colour', () => {
    const caret = caretOf({ name: '<img src=x onerror=x>', color: 'red;background:url(x)' })
    expect(caret.querySelector('img')).toBeNull()
    expect(caret.textContent).toBe('<img src=x onerror=x>')
    expect(selectionOf({ color: 'url(x)' }).style).not.toContain('url')
  })
})
