import { createFileRoute } from '@tanstack/react-router'
import { FieldsPage } from '@/business/admin/fields-page'

export const Route = createFileRoute('/_app/business/$kind/fields')({ component: Fields })

function Fields() {
  const { kind } = Route.useParams()
  return <FieldsPage name={kind} />
}
