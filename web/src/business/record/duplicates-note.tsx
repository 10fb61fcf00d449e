import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Copy } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { duplicatesQuery } from '../model/talk'
import { titleOf, type Kind, type Rec } from '../model/types'

const MergeDialog = lazy(() => import('./merge-dialog'))
const MOST = 3

/** Says that a record is likely there twice, and offers to make one of the two. */
export default function DuplicatesNote({ kind, record, editable }: { kind: Kind; record: Rec; editable: boolean }) {
  const { t } = useTranslation('business')
  const { data } = useQuery({ ...duplicatesQuery(kind.name, record.id, record.version), placeholderData: (before) => before })
  const [merging, setMerging] = useState<string | null>(null)
  // One that was made part of this is told as such until the next answer.
  const likely = data?.filter(({ id }) => id !== record.id) ?? []
  if (likely.length === 0) return null
  return (
    <section aria-label={t('talk.twice')} className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1.5 border-b bg-warn-soft px-4 py-2 text-sm">
      <span className="flex items-center gap-2 font-medium text-warn">
        <Copy aria-hidden size={15} strokeWidth={1.75} />
        {t('talk.twice')}
      </span>
      <ul className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1">
        {likely.slice(0, MOST).map((other) => (
          <li key={other.id} className="flex min-w-0 items-center gap-2">
            <Link to="/business/$kind/$recordId" params={{ kind: kind.name, recordId: other.id }} search={{}} className="truncate text-warn underline underline-offset-2">
              {titleOf(kind, other) || t('untitled')}
            </Link>
            {editable && (
              <Button size="sm" aria-label={t('talk.merge_with', { title: titleOf(kind, other) })} onClick={() => setMerging(other.id)}>
                {t('merge.do')}
              </Button>
            )}
          </li>
        ))}
        {likely.length > MOST && <li className="text-warn">{t('talk.twice.more', { count: likely.length - MOST })}</li>}
      </ul>
      <Suspense>{merging && <MergeDialog kind={kind} record={record} from={merging} onClose={() => setMerging(null)} />}</Suspense>
    </section>
  )
}
