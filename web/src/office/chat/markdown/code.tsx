import '@/ui/code.css'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { canonicalLanguage, highlight, isLanguageLoaded, loadLanguage, type Span } from '@/lib/code/languages'
import { IconButton } from '@/ui/button'

const COPIED_MS = 1500

function coloured(text: string, spans: Span[]): ReactNode[] {
  const parts: ReactNode[] = []
  let at = 0
  for (const { from, to, classes } of spans) {
    if (from > at) parts.push(text.slice(at, from))
    parts.push(<span key={from} className={classes}>{text.slice(from, to)}</span>)
    at = to
  }
  parts.push(text.slice(at))
  return parts
}

function useSpans(language: string | null, text: string): Span[] {
  const [, setLoaded] = useState(0)
  useEffect(() => {
    if (!language || isLanguageLoaded(language)) return
    let gone = false
    // Without a connection the code stays readable in one colour.
    loadLanguage(language).then(() => !gone && setLoaded((count) => count + 1), () => {})
    return () => {
      gone = true
    }
  }, [language])
  return language && isLanguageLoaded(language) ? highlight(language, text) : []
}

export function CodeBlock({ language, text }: { language: string; text: string }) {
  const { t } = useTranslation('common')
  const [copied, setCopied] = useState(false)
  const spans = useSpans(canonicalLanguage(language), text)
  function copy() {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true)
      setTimeout(() => setCopied(false), COPIED_MS)
    }, () => {})
  }
  return (
    <div className="group/code relative my-1 max-w-3xl">
      <pre tabIndex={0} className="overflow-x-auto rounded-md border bg-sunken px-3 py-2 font-mono text-xs leading-5">
        <code>{coloured(text, spans)}</code>
      </pre>
      <IconButton
        label={copied ? t('copied') : t('copy')}
        size="sm"
        tone="plain"
        className="absolute top-1.5 right-1.5 opacity-0 group-hover/code:opacity-100 focus-visible:opacity-100"
        onClick={copy}
      >
        {copied ? <Check size={14} /> : <Copy size={14} />}
      </IconButton>
    </div>
  )
}
