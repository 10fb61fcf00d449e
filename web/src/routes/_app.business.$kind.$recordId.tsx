import { createFileRoute } from '@tanstack/react-router'
import { kindParams } from '@/business/model/addresses'
import { RecordPage, type RecordSearch } from '@/business/record/record-page'

export const Route = createFileRoute('/_app/business/$kind/$recordId')({
  params: {
    parse: ({ kind, recordId }) => ({ ...kindParams.parse({ kind }), recordId }),
    stringify: ({ kind, recordId }) => ({ ...kindParams.stringify({ kind }), recordId }),
  },
  validateSearch: ({ seq }: Record<string, unknown>): RecordSearch => {
    const number = Number(seq)
    return Number.isInteger(number) && number > 0 ? { seq: number } : {}
  },
  component: OneRecord,
})

function OneRecord() {
  const { kind, recordId } = Route.useParams()
  return <RecordPage name={kind} id={recordId} search={Route.useSearch()} />
}
