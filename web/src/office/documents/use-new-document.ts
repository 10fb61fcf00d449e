import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { useCreateDocument } from './api'
import type { TemplateName } from './template-names'

/** Creates a document, empty or from a template, and opens it. */
export function useNewDocument() {
  const { t } = useTranslation('documents')
  const problemText = useProblemText()
  const navigate = useNavigate()
  const create = useCreateDocument()
  return {
    isPending: create.isPending,
    open(template?: TemplateName) {
      const title = template ? t(`template.${template}`) : t('untitled')
      create.mutate(title, {
        onSuccess: ({ id }) =>
          navigate({ to: '/documents/$documentId', params: { documentId: id }, search: template ? { template } : {} }),
        onError: (error) => notify(problemText(error), { tone: 'bad' }),
      })
    },
  }
}
