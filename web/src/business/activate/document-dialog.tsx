import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextArea } from '@/ui/field'
import { readDocument, sentDocument, type Document } from './document'

type DialogProps = { document: Document; onApply: (document: Document) => void; onClose: () => void }

/** The whole document, for what the questions do not ask: people, services, own fields, records, assistants. */
export default function DocumentDialog({ document, onApply, onClose }: DialogProps) {
  const { t } = useTranslation(['activate', 'common'])
  const [text, setText] = useState(() => JSON.stringify(sentDocument(document), null, 2))
  const [problem, setProblem] = useState<string | null>(null)
  function apply() {
    const given = readDocument(text, document)
    if (given) onApply(given)
    else setProblem(t('document.wrong'))
  }
  return (
    <Dialog open onClose={onClose} wide title={t('document')} description={t('document.text')} closeLabel={t('common:close')} className="sm:max-w-2xl">
      <TextArea label={t('document.label')} rows={18} spellCheck={false} value={text} error={problem} onChange={({ target }) => setText(target.value)} className="font-mono text-xs" />
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button tone="primary" onClick={apply}>{t('document.apply')}</Button>
      </div>
    </Dialog>
  )
}
