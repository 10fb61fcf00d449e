/** Images inside pasted HTML as data: addresses; they must go to the server, not into the document. */
export type EmbeddedImage = { id: string; file: File }

const DROPPED = 'script, style, meta, link, title, xml, iframe, object, embed, form, input:not([type="checkbox"]), button'

function unwrap(element: Element) {
  element.replaceWith(...element.childNodes)
}

function retag(element: Element, tag: string) {
  const fresh = element.ownerDocument.createElement(tag)
  fresh.append(...element.childNodes)
  element.replaceWith(fresh)
  return fresh
}

/** Word writes list items as paragraphs that only look like a list. */
function rebuildWordLists(root: ParentNode) {
  const items = [...root.querySelectorAll<HTMLElement>('p[class*="MsoListParagraph"]')]
  let stack: { level: number; list: Element }[] = []
  let previous: Element | null = null
  for (const item of items) {
    const style = item.dataset.style ?? ''
    const level = Number(/level(\d+)/.exec(style)?.[1] ?? 1)
    const bullet = [...item.querySelectorAll<HTMLElement>('span')].find((span) => /mso-list:\s*Ignore/i.test(span.dataset.style ?? ''))
    const ordered = /^\s*(\d+|[a-z])[.)]/i.test(bullet?.textContent ?? '')
    bullet?.remove()
    if (item.previousElementSibling !== previous || previous === null) stack = []
    stack = stack.filter((entry) => entry.level <= level)
    let top = stack.at(-1)
    if (!top || top.level < level) {
      const list = item.ownerDocument.createElement(ordered ? 'ol' : 'ul')
      if (top?.list.lastElementChild) top.list.lastElementChild.append(list)
      else item.before(list)
      top = { level, list }
      stack.push(top)
    }
    const entry = item.ownerDocument.createElement('li')
    entry.append(...item.childNodes)
    top.list.append(entry)
    item.remove()
    previous = stack[0]?.list ?? null
  }
}

/** Google Docs and Word carry bold and italic in style attributes, or wrap everything in a `<b>` that is none. */
function stylesToMarks(root: ParentNode) {
  for (const bold of root.querySelectorAll<HTMLElement>('b, strong')) {
    if (/font-weight:\s*(normal|400)/i.test(bold.dataset.style ?? '')) unwrap(bold)
  }
  for (const span of root.querySelectorAll<HTMLElement>('span[data-style]')) {
    const style = span.dataset.style ?? ''
    const tags = [
      /font-weight:\s*(bold|[6-9]00)/i.test(style) && 'strong',
      /font-style:\s*italic/i.test(style) && 'em',
      /text-decoration[^;]*line-through/i.test(style) && 's',
      /text-decoration[^;]*underline/i.test(style) && !span.closest('a') && 'u',
    ].filter((tag) => tag !== false)
    for (const tag of tags) {
      const mark = span.ownerDocument.createElement(tag)
      mark.append(...span.childNodes)
      span.append(mark)
    }
  }
}

function fileOfDataUrl(source: string): File | null {
  const match = /^data:(image\/[\w+.-]+);base64,(.+)$/s.exec(source)
  if (!match?.[1] || !match[2]) return null
  try {
    const bytes = Uint8Array.from(atob(match[2]), (char) => char.charCodeAt(0))
    return new File([bytes], `image.${match[1].slice(6).split('+')[0]}`, { type: match[1] })
  } catch {
    return null
  }
}

/** Pictures elsewhere on the web become links: loading them would tell their server who reads this. */
function replaceImages(root: ParentNode, origin: string): EmbeddedImage[] {
  const embedded: EmbeddedImage[] = []
  for (const image of root.querySelectorAll('img')) {
    const source = image.getAttribute('src') ?? ''
    const file = fileOfDataUrl(source)
    if (file) {
      const id = crypto.randomUUID()
      image.removeAttribute('src')
      image.dataset.uploadId = id
      embedded.push({ id, file })
    } else if (/^https?:/i.test(source) && !source.startsWith(`${origin}/`)) {
      const link = image.ownerDocument.createElement('a')
      link.href = source
      link.textContent = image.alt || source
      image.replaceWith(link)
    } else if (!source.startsWith('/') && !source.startsWith(`${origin}/`)) {
      image.remove()
    }
  }
  return embedded
}

/** Parsing a style is already forbidden by the content security policy: its text moves out of the way first. */
const prepare = (html: string) =>
  html
    .replaceAll(/<!--[\s\S]*?-->|<style[\s\S]*?<\/style>|<\/?o:p[^>]*>/gi, '')
    .replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(/\sstyle=/gi, ' data-style='))

/** Makes HTML from Word, Google Docs and the web fit for the document: structure stays, decoration goes. */
export function cleanPastedHtml(html: string, origin: string): { html: string; images: EmbeddedImage[] } {
  // A slice that this editor copied is already clean, and its attributes matter.
  if (html.includes('data-pm-slice')) return { html, images: [] }
  const { body } = new DOMParser().parseFromString(prepare(html), 'text/html')
  for (const element of body.querySelectorAll(DROPPED)) element.remove()
  rebuildWordLists(body)
  stylesToMarks(body)
  const images = replaceImages(body, origin)
  for (const element of body.querySelectorAll('font, center')) unwrap(element)
  for (const title of body.querySelectorAll('p.MsoTitle')) retag(title, 'h1')
  for (const element of body.querySelectorAll('[data-style], [class], [id]')) {
    element.removeAttribute('data-style')
    element.removeAttribute('id')
    if (element.tagName !== 'CODE') element.removeAttribute('class')
  }
  return { html: body.innerHTML, images }
}

const MARKDOWN_SIGNS = [
  /^#{1,6} \S/m,
  /^\s*[-*+] \[[ x]\] /m,
  /^\s*[-*+] \S.*\n\s*[-*+] \S/m,
  /^\s*\d+\. \S.*\n\s*\d+\. \S/m,
  /^```/m,
  /^> \S/m,
  /\[[^\]\n]+\]\(https?:[^)\s]+\)/,
  /^\|.+\|\s*\n\|[\s:|-]+\|/m,
  /\*\*[^*\n]+\*\*/,
]

/** Whether plain text was meant as Markdown; a lone asterisk or dash is not enough. */
export const looksLikeMarkdown = (text: string) => MARKDOWN_SIGNS.some((sign) => sign.test(text))
