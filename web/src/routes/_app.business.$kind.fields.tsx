import { createFileRoute } from '@tanstack/react-router'
import { FieldsPage } from '@/business/admin/fields-page'
import { kindParams } from '@/business/model/addresses'

export const Route = createFileRoute('/_app/business/$kind/fields')({ params: kindParams, component: Fields })

function Fields() {
  const { kind } = Route.useParams()
  return <FieldsPage name={kind} />
}
