import type { Editor } from '@tiptap/core'
import { useEffect, useEffectEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { TemplateName } from './template-names'

type TemplateOptions = { editor: Editor; template?: TemplateName; ready: boolean; onUsed: () => void }

/** Fills a new document from a template, once, and only if it is still empty. */
export function useTemplate({ editor, template, ready, onUsed }: TemplateOptions) {
  const { t } = useTranslation('templates', { useSuspense: false })
  const used = useRef(false)
  const html = template ? t(template) : ''
  // Until the file with the templates has arrived, the translation is its own key.
  const loaded = html !== '' && html !== template
  const fill = useEffectEvent(() => {
    if (used.current) return
    used.current = true
    if (editor.isEmpty) editor.commands.setContent(html)
    onUsed()
  })
  useEffect(() => {
    if (template && ready && loaded) fill()
  }, [template, ready, loaded])
}
