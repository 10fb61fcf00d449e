import { createFileRoute } from '@tanstack/react-router'
import { ListPage } from '@/business/list-page'
import { readListSearch } from '@/business/model/view-settings'

export const Route = createFileRoute('/_app/business/$kind/')({ validateSearch: readListSearch, component: List })

function List() {
  const { kind } = Route.useParams()
  return <ListPage name={kind} search={Route.useSearch()} />
}
