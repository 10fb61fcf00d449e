import { createFileRoute } from '@tanstack/react-router'
import { DocumentPage } from '@/office/documents/document-page'
import { isTemplate, type TemplateName } from '@/office/documents/template-names'

export const Route = createFileRoute('/_app/documents/$documentId')({
  validateSearch: ({ template }: Record<string, unknown>): { template?: TemplateName } =>
    isTemplate(template) ? { template } : {},
  component: Document,
})

function Document() {
  const { documentId } = Route.useParams()
  const { template } = Route.useSearch()
  // The key gives every document a fresh editor, session and undo history.
  return <DocumentPage key={documentId} documentId={documentId} template={template} />
}
