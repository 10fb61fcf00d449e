import type { Editor } from '@tiptap/core'
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import type { DocumentSession } from '@/lib/realtime/document-session'
import { notify } from '@/ui/toast'
import { useSharedTitle } from './use-document-title'

const PAUSE_MS = 700
const TITLE_CLASS = 'block w-full resize-none overflow-hidden bg-transparent text-[2rem] leading-[1.25] font-semibold tracking-[-0.022em] outline-none'

function useAutoHeight(text: string) {
  const field = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    if (!field.current) return
    field.current.style.height = 'auto'
    field.current.style.height = `${field.current.scrollHeight}px`
  }, [text])
  return field
}

type TitleProps = { document: Document; session: DocumentSession; editor: Editor; editable: boolean }

export function DocumentTitle({ document, session, editor, editable }: TitleProps) {
  const { t } = useTranslation(['editor', 'documents'])
  const problemText = useProblemText()
  const rename = useSharedTitle(session, document.id)
  const untitled = t('documents:untitled')
  // Null while nobody types here: the field then shows what the server says.
  const [draft, setDraft] = useState<string | null>(null)
  const shown = draft ?? (document.title === untitled ? '' : document.title)
  const field = useAutoHeight(shown)
  function save() {
    if (draft === null) return
    const title = draft.trim() || untitled
    if (title !== document.title) rename(title, (error) => notify(problemText(error), { tone: 'bad' }))
  }
  const saveLater = useEffectEvent(save)
  useEffect(() => {
    if (draft === null) return
    const timer = setTimeout(() => saveLater(), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [draft])
  const focusNewTitle = useEffectEvent(() => {
    if (editable && document.title === untitled) field.current?.focus()
  })
  useEffect(() => focusNewTitle(), [])
  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return
    if (event.nativeEvent.isComposing) return
    event.preventDefault()
    editor.commands.focus('start')
  }
  if (!editable) return <h1 className={TITLE_CLASS}>{document.title}</h1>
  return (
    <h1>
      <textarea
        ref={field}
        rows={1}
        value={shown}
        maxLength={200}
        aria-label={t('title')}
        placeholder={untitled}
        onChange={(event) => setDraft(event.target.value.replaceAll('\n', ' '))}
        onKeyDown={onKeyDown}
        onBlur={() => {
          save()
          setDraft(null)
        }}
        className={`${TITLE_CLASS} placeholder:text-fg-3`}
      />
    </h1>
  )
}
