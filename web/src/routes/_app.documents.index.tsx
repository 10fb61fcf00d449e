import { createFileRoute } from '@tanstack/react-router'
import { DocumentsPage } from '@/office/documents/documents-page'

type DocumentsSearch = { q?: string; view?: 'mine' | 'shared' | 'trash' }

export const Route = createFileRoute('/_app/documents/')({
  validateSearch: ({ q, view }: Record<string, unknown>): DocumentsSearch => ({
    ...(typeof q === 'string' && q !== '' ? { q } : {}),
    ...(view === 'mine' || view === 'shared' || view === 'trash' ? { view } : {}),
  }),
  component: Documents,
})

function Documents() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <DocumentsPage
      view={search.view ?? 'all'}
      q={search.q ?? ''}
      onQuery={(q) => navigate({ search: (old) => ({ ...old, q: q || undefined }), replace: true })}
    />
  )
}
