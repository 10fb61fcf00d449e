import { CodeBlock as BaseCodeBlock } from '@tiptap/extension-code-block'
import { NodeViewContent, NodeViewWrapper, ReactNodeViewRenderer, type ReactNodeViewProps } from '@tiptap/react'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { InlineSelect } from '@/ui/field'
import { highlightPlugin } from './highlight-plugin'
import { canonicalLanguage, CODE_LANGUAGES } from '@/lib/code/languages'

const COPIED_MS = 1500

function CopyCode({ code }: { code: string }) {
  const { t } = useTranslation('editor')
  const [copied, setCopied] = useState(false)
  async function copy() {
    await navigator.clipboard.writeText(code)
    setCopied(true)
    setTimeout(() => setCopied(false), COPIED_MS)
  }
  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      aria-label={copied ? t('code.copied') : t('code.copy')}
      onClick={() => void copy()}
      className="flex size-7 items-center justify-center rounded-md text-fg-2 hover:bg-hover"
    >
      <Icon size={15} strokeWidth={1.75} />
    </button>
  )
}

function CodeBlockView({ node, updateAttributes, editor }: ReactNodeViewProps) {
  const { t } = useTranslation('editor')
  const language = canonicalLanguage(String(node.attrs.language ?? '')) ?? ''
  return (
    <NodeViewWrapper className="code-block">
      <div contentEditable={false} className="code-block-bar no-print">
        <InlineSelect
          aria-label={t('code.language')}
          value={language}
          disabled={!editor.isEditable}
          onChange={(event) => updateAttributes({ language: event.target.value || null })}
          className="h-7 text-xs"
        >
          <option value="">{t('code.plain')}</option>
          {CODE_LANGUAGES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </InlineSelect>
        <CopyCode code={node.textContent} />
      </div>
      <pre spellCheck={false}>
        <NodeViewContent<'code'> as="code" />
      </pre>
    </NodeViewWrapper>
  )
}

export const CodeBlock = BaseCodeBlock.extend({
  addNodeView: () => ReactNodeViewRenderer(CodeBlockView),
  addProseMirrorPlugins() {
    return [...(this.parent?.() ?? []), highlightPlugin()]
  },
}).configure({ enableTabIndentation: true, tabSize: 2 })
