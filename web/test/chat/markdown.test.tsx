import { describe, expect, test } from 'vitest'
import { parseMarkdown } from '@/office/chat/markdown/parse-blocks'
import { readInline, safeHref } from '@/office/chat/markdown/parse-inline'
import { plainText } from '@/office/chat/markdown/plain'

const ID = '018f0000-0000-7000-8000-000000000001'
const text = (value: string) => ({ type: 'text', text: value })

describe('inline', () => {
  test.each([
    ['**bold** and *em* and _em_ and ~~gone~~', ['strong', 'text', 'em', 'text', 'em', 'text', 'strike']],
    ['snake_case_name stays', ['text']],
    ['2 * 3 * 4', ['text']],
    ['**open', ['text']],
    ['`a *b*`', ['code']],
    ['see https://kontor.example/a_b_c.', ['text', 'link', 'text']],
    [`hi <@${ID}>, <!here> <#${ID}> <@group:${ID}>`, ['text', 'user', 'text', 'everybody', 'text', 'room', 'text', 'group']],
    ['<https://a.example|label>', ['link']],
    [':party: 12:30', ['emoji', 'text']],
  ])('%s', (source, types) => {
    expect(readInline(source).map(({ type }) => type).filter((type, index, all) => type !== 'text' || all[index - 1] !== 'text')).toEqual(types)
  })

  test('a bold inside of an emphasis keeps both', () => {
    expect(readInline('*a **b** c*')).toEqual([{ type: 'em', children: [text('a '), { type: 'strong', children: [text('b')] }, text(' c')] }])
  })
})

describe('hostile text', () => {
  test.each(['javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'data:text/html,x', 'vbscript:x', ' java\nscript:x', 'file:///etc/passwd', '//evil.example', 'https://', '/relative'])('%s is no link', (href) => {
    expect(safeHref(href)).toBeNull()
    expect(readInline(`[x](${href})`).some(({ type }) => type === 'link')).toBe(false)
    expect(readInline(`<${href}|x>`).some(({ type }) => type === 'link')).toBe(false)
  })

  test('markup stays text', () => {
    expect(readInline('<img src=x onerror=alert(1)><script>x</script>')).toEqual([text('<img src=x onerror=alert(1)><script>x</script>')])
  })

  test('a picture of a foreign host becomes a link', () => {
    expect(readInline('![cat](https://evil.example/cat.png)')).toEqual([{ type: 'link', href: 'https://evil.example/cat.png', children: [text('cat')] }])
  })

  test.each(['*', '_', '**', '~~', '[', '`', '<', '> ', '- ', '![', '](', '*a ', '<@', ':', 'https://', '| - '])('16 000 characters of %j are read quickly', (part) => {
    const start = performance.now()
    parseMarkdown(part.repeat(16_000 / part.length))
    expect(performance.now() - start).toBeLessThan(400)
  })
})

describe('blocks', () => {
  test('code keeps its text and names its language', () => {
    expect(parseMarkdown('a\n```rs\nlet x = "<b>";\n\n*no*\n```\nb')).toEqual([
      { type: 'paragraph', children: [text('a')] },
      { type: 'code', language: 'rs', text: 'let x = "<b>";\n\n*no*' },
      { type: 'paragraph', children: [text('b')] },
    ])
  })

  test('lists nest, count on and tick', () => {
    const [list] = parseMarkdown('3. three\n4. four\n   - [x] done\n   - [ ] open')
    expect(list).toMatchObject({ type: 'list', ordered: true, start: 3, items: [{}, { children: [{}, { type: 'list', items: [{ checked: true }, { checked: false }] }] }] })
  })

  test('tables', () => {
    expect(parseMarkdown('| a | b |\n| --- | ---: |\n| 1 | 2 |')).toMatchObject([{ type: 'table', align: ['left', 'right'], head: [[text('a')], [text('b')]], rows: [[[text('1')], [text('2')]]] }])
  })

  test('a quote holds what it quotes', () => {
    expect(parseMarkdown('> a\n> - b\n\nc')).toMatchObject([{ type: 'quote', children: [{ type: 'paragraph' }, { type: 'list' }] }, { type: 'paragraph' }])
  })

  test('one line for lists', () => {
    const names = { user: () => 'Ana', group: () => 'team', room: () => 'design' }
    expect(plainText(`# Hi <@${ID}>\n\n- **a**\n- b in <#${ID}>`, names)).toBe('Hi @Ana a, b in #design')
  })
})
