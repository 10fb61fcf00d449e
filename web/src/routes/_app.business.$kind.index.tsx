import { createFileRoute } from '@tanstack/react-router'
import { ListPage } from '@/business/list-page'
import { readListSearch } from '@/business/model/addresses'
import { kindParams } from '@/business/model/addresses'

export const Route = createFileRoute('/_app/business/$kind/')({ params: kindParams, validateSearch: readListSearch, component: List })

function List() {
  const { kind } = Route.useParams()
  return <ListPage name={kind} search={Route.useSearch()} />
}
