import type { LanguageFn } from 'highlight.js'
import type { createLowlight } from 'lowlight'

type Loader = () => Promise<{ default: LanguageFn }>

/** Grammars load when a code block first uses them: together they would outweigh the editor. */
const LOADERS: Record<string, Loader> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  go: () => import('highlight.js/lib/languages/go'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  php: () => import('highlight.js/lib/languages/php'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
}

const ALIASES: Record<string, string> = {
  js: 'javascript', jsx: 'javascript', ts: 'typescript', tsx: 'typescript', py: 'python', rs: 'rust', sh: 'bash', shell: 'bash',
  html: 'xml', svg: 'xml', yml: 'yaml', md: 'markdown', cs: 'csharp', 'c++': 'cpp', rb: 'ruby', golang: 'go', kt: 'kotlin', toml: 'yaml',
}

const NAMES: Record<string, string> = {
  bash: 'Bash', c: 'C', cpp: 'C++', csharp: 'C#', css: 'CSS', diff: 'Diff', go: 'Go', java: 'Java', javascript: 'JavaScript',
  json: 'JSON', kotlin: 'Kotlin', markdown: 'Markdown', php: 'PHP', python: 'Python', ruby: 'Ruby', rust: 'Rust', sql: 'SQL',
  swift: 'Swift', typescript: 'TypeScript', xml: 'HTML, XML', yaml: 'YAML',
}

export const CODE_LANGUAGES = Object.keys(LOADERS).map((value) => ({ value, label: NAMES[value] ?? value }))

// The highlighter, too, arrives with the first code block.
let lowlight: ReturnType<typeof createLowlight> | null = null
const loading = new Map<string, Promise<void>>()

/** The grammar's name for what somebody typed after three backticks. */
export function canonicalLanguage(name: string | null | undefined) {
  const lower = (name ?? '').toLowerCase()
  const canonical = ALIASES[lower] ?? lower
  return canonical in LOADERS ? canonical : null
}

export const isLanguageLoaded = (language: string) => lowlight?.registered(language) ?? false

async function register(language: string, load: Loader) {
  const [highlighter, grammar] = await Promise.all([import('./highlighter'), load()])
  const ready = (lowlight ??= highlighter.createLowlight())
  ready.register(language, grammar.default)
}

export function loadLanguage(language: string): Promise<void> {
  const known = loading.get(language)
  if (known) return known
  const load = LOADERS[language]
  if (!load) return Promise.resolve()
  const started = register(language, load)
  // A failed download may be tried again.
  started.catch(() => loading.delete(language))
  loading.set(language, started)
  return started
}

export type Span = { from: number; to: number; classes: string }

type HastNode = { type: string; value?: string; properties?: { className?: unknown }; children?: HastNode[] }

function collect(nodes: HastNode[], classes: string[], offset: number, spans: Span[]): number {
  let end = offset
  for (const node of nodes) {
    if (node.type === 'text') {
      const from = end
      end += node.value?.length ?? 0
      if (classes.length > 0) spans.push({ from, to: end, classes: classes.join(' ') })
      continue
    }
    const own = Array.isArray(node.properties?.className) ? node.properties.className.map(String) : []
    end = collect(node.children ?? [], [...classes, ...own], end, spans)
  }
  return end
}

/** The coloured spans of a piece of code, as offsets into its text. */
export function highlight(language: string, code: string): Span[] {
  const spans: Span[] = []
  if (lowlight) collect(lowlight.highlight(language, code).children as HastNode[], [], 0, spans)
  return spans
}
