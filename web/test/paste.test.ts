import { describe, expect, test } from 'vitest'
import { cleanPastedHtml, looksLikeMarkdown } from '@/office/documents/editor/clean-paste'
import { normalLink } from '@/office/documents/editor/link'

const ORIGIN = 'https://kontor.example'
const clean = (html: string) => cleanPastedHtml(html, ORIGIN).html

describe('pasted HTML', () => {
  test('Word: comments, styles, classes and office tags go', () => {
    const html = '<!--[if gte mso 9]><xml>x</xml><![endif]--><p class="MsoNormal" style="margin:0"><b>Offer</b><o:p></o:p></p>'
    expect(clean(html)).toBe('<p><b>Offer</b></p>')
  })

  test('Word: paragraphs that look like a list become one, nested', () => {
    const item = (level: number, mark: string, text: string) =>
      `<p class="MsoListParagraph" style="mso-list:l0 level${level} lfo1"><span style="mso-list:Ignore">${mark}</span>${text}</p>`
    const html = item(1, '·', 'A') + item(2, 'o', 'B') + item(1, '·', 'C') + '<p>end</p>'
    expect(clean(html)).toBe('<ul><li>A<ul><li>B</li></ul></li><li>C</li></ul><p>end</p>')
  })

  test('Word: numbers make an ordered list', () => {
    const html = '<p class="MsoListParagraph" style="mso-list:l0 level1"><span style="mso-list:Ignore">1.</span>One</p>'
    expect(clean(html)).toBe('<ol><li>One</li></ol>')
  })

  test('Google Docs: the wrapping b is no bold, styles are', () => {
    const html = '<b style="font-weight:normal"><p><span style="font-weight:700">bold</span> <span style="font-style:italic">slanted</span></p></b>'
    expect(clean(html)).toBe('<p><span><strong>bold</strong></span> <span><em>slanted</em></span></p>')
  })

  test('scripts, styles and forms go', () => {
    expect(clean('<style>p{}</style><script>x()</script><p onclick="x()">a</p><form>b</form>')).not.toMatch(/script|style|form/)
  })

  test('pictures elsewhere become links; data becomes an upload; our own stay', () => {
    const own = '/api/v1/documents/1/files/2'
    const cleaned = cleanPastedHtml(
      `<img src="https://elsewhere.example/a.png" alt="plan"><img src="data:image/png;base64,AAAA"><img src="${own}"><img src="file:///c.png">`,
      ORIGIN,
    )
    expect(cleaned.html).toContain('<a href="https://elsewhere.example/a.png">plan</a>')
    expect(cleaned.html).toContain(`src="${own}"`)
    expect(cleaned.html).not.toMatch(/data:|file:/)
    expect(cleaned.images).toHaveLength(1)
    expect(cleaned.images[0]?.file.type).toBe('image/png')
    expect(cleaned.html).toContain(`data-upload-id="${cleaned.images[0]?.id}"`)
  })

  test('what this editor copied stays as it is', () => {
    const html = '<p data-pm-slice="1 1 []" style="x">a</p>'
    expect(clean(html)).toBe(html)
  })
})

describe('Markdown in plain text', () => {
  test.each(['# Title', '- [ ] task', '- a\n- b', '1. a\n2. b', '```js\nx\n```', '> quote', 'see [us](https://a.example)', '| a | b |\n|---|---|', 'so **bold**'])(
    'is seen in %j',
    (text) => expect(looksLikeMarkdown(text)).toBe(true),
  )
  test.each(['a - b', '2 * 3 * 4', '#hashtag', 'one\ntwo', '- alone'])('is not seen in %j', (text) => expect(looksLikeMarkdown(text)).toBe(false))
})

describe('addresses of links', () => {
  test.each([
    ['kontor.example', 'https://kontor.example'],
    ['http://a.example', 'http://a.example'],
    ['ana@acme.example', 'mailto:ana@acme.example'],
    ['localhost:8080', 'https://localhost:8080'],
    ['/documents/1', '/documents/1'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['  ', null],
  ])('%j → %j', (typed, link) => expect(normalLink(typed)).toBe(link))
})
