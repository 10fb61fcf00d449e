import { createFileRoute } from '@tanstack/react-router'
import { ImportPage, type ImportSearch } from '@/business/import/import-page'
import { kindParams } from '@/business/model/addresses'

export const Route = createFileRoute('/_app/business/$kind/import')({
  params: kindParams,
  validateSearch: ({ import: id }: Record<string, unknown>): ImportSearch => (typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id) ? { import: id } : {}),
  component: Import,
})

function Import() {
  const { kind } = Route.useParams()
  return <ImportPage name={kind} id={Route.useSearch().import} />
}
