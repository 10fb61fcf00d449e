import { createFileRoute } from '@tanstack/react-router'
import { DashboardsPage } from '@/business/dashboards/dashboards-page'

export const Route = createFileRoute('/_app/business/dashboards')({
  validateSearch: ({ id }: Record<string, unknown>): { id?: string } => (typeof id === 'string' ? { id } : {}),
  component: Dashboards,
})

function Dashboards() {
  return <DashboardsPage id={Route.useSearch().id} />
}
