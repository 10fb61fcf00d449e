import { createFileRoute } from '@tanstack/react-router'
import { ModerationPage } from '@/office/chat/moderation/moderation-page'
import { MODERATION_TABS, type ModerationTab } from '@/office/chat/moderation/tabs'

type Search = { tab?: ModerationTab; case?: string }

export const Route = createFileRoute('/_app/admin/moderation')({
  validateSearch: (search): Search => ({
    tab: MODERATION_TABS.find((tab) => tab === search.tab),
    case: typeof search.case === 'string' ? search.case : undefined,
  }),
  component: Page,
})

function Page() {
  const { tab = 'open', case: chosen } = Route.useSearch()
  return <ModerationPage tab={tab} chosen={chosen} />
}
