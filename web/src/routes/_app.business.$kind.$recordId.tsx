import { createFileRoute } from '@tanstack/react-router'
import { RecordPage, type RecordSearch } from '@/business/record/record-page'

export const Route = createFileRoute('/_app/business/$kind/$recordId')({
  validateSearch: ({ seq }: Record<string, unknown>): RecordSearch => {
    const number = Number(seq)
    return Number.isInteger(number) && number > 0 ? { seq: number } : {}
  },
  component: Record_,
})

function Record_() {
  const { kind, recordId } = Route.useParams()
  return <RecordPage name={kind} id={recordId} search={Route.useSearch()} />
}
