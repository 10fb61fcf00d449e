import { createFileRoute } from '@tanstack/react-router'
import { AccessPage } from '@/business/admin/access-page'
import { kindParams } from '@/business/model/addresses'

export const Route = createFileRoute('/_app/business/$kind/access')({ params: kindParams, component: Access })

function Access() {
  const { kind } = Route.useParams()
  return <AccessPage name={kind} />
}
