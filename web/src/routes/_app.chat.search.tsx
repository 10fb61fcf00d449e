import { createFileRoute } from '@tanstack/react-router'
import { useCallback } from 'react'
import { SearchPage } from '@/office/chat/pages/search-page'

export const Route = createFileRoute('/_app/chat/search')({
  validateSearch: ({ q }: Record<string, unknown>): { q?: string } => (typeof q === 'string' && q !== '' ? { q } : {}),
  component: Search,
})

function Search() {
  const { q = '' } = Route.useSearch()
  const navigate = Route.useNavigate()
  const onQuery = useCallback((next: string) => void navigate({ search: next ? { q: next } : {}, replace: true }), [navigate])
  return <SearchPage q={q} onQuery={onQuery} />
}
