import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, unwrap } from '@/lib/api/client'
import type { NewRecordDashboard, RecordDashboard, RecordDashboardChange } from '@/lib/api/types'
import { live } from '@/lib/live'
import { useSavedRun } from '../model/use-saved-run'

/** The name under which the live socket tells of dashboards. */
const SHELF = 'dashboards'

export const dashboardsQuery = queryOptions({ queryKey: ['records', 'dashboards'], queryFn: () => unwrap(api.GET('/api/v1/record-dashboards')), staleTime: 0 })

const of = (dashboard: string) => ({ params: { path: { dashboard } } })

const NONE: never[] = []

/** The dashboards that the person sees, kept true by the live socket. */
export function useDashboards() {
  const client = useQueryClient()
  const { data, isPending, error } = useQuery(dashboardsQuery)
  useEffect(() => {
    const again = () => void client.invalidateQueries({ queryKey: dashboardsQuery.queryKey })
    return live.subscribe('me', {
      subscribed: again,
      events: (events) => events.some((event) => event.kind === 'record.saved' && (event.data as { kind?: string }).kind === SHELF) && again(),
    })
  }, [client])
  return { items: data?.items ?? (NONE as RecordDashboard[]), teams: data?.teams ?? NONE, isPending, error: data ? null : error }
}

/** Changes of dashboards. */
export function useDashboardChanges() {
  const { busy, run } = useSavedRun(dashboardsQuery.queryKey)
  return {
    busy,
    save: (body: NewRecordDashboard) => run(() => unwrap(api.POST('/api/v1/record-dashboards', { body }))),
    change: (dashboard: RecordDashboard, change: Omit<RecordDashboardChange, 'version'>) => run(() => unwrap(api.PATCH('/api/v1/record-dashboards/{dashboard}', { ...of(dashboard.id), body: { ...change, version: dashboard.version } }))),
    remove: (dashboard: RecordDashboard) => run(async () => (await unwrap(api.DELETE('/api/v1/record-dashboards/{dashboard}', of(dashboard.id))), true)),
  }
}
