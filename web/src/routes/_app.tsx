import { createFileRoute, redirect } from '@tanstack/react-router'
import { Shell } from '@/app/shell'
import { Problem } from '@/lib/api/problem'
import { sessionQuery } from '@/lib/session'

export const Route = createFileRoute('/_app')({
  async beforeLoad({ context, location }) {
    try {
      await context.queryClient.ensureQueryData(sessionQuery)
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
    }
  },
  component: Shell,
})
