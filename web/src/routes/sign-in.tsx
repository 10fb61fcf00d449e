import { createFileRoute, redirect } from '@tanstack/react-router'
import { SignInPage } from '@/app/sign-in-page'
import { sessionQuery } from '@/lib/session'

type SignInSearch = { next?: string }

export const Route = createFileRoute('/sign-in')({
  validateSearch: ({ next }: Record<string, unknown>): SignInSearch =>
    // Only a path of this app: a full address would let a link send people elsewhere after sign-in.
    typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {},
  beforeLoad({ context }) {
    if (context.queryClient.getQueryData(sessionQuery.queryKey)) throw redirect({ to: '/' })
  },
  component: SignIn,
})

function SignIn() {
  return <SignInPage next={Route.useSearch().next} />
}
