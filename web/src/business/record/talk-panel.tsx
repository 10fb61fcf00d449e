import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Bell, BellOff, MessageSquare, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatAgo, formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { Markdown } from '@/office/chat/markdown/markdown'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { ConfirmDialog } from '@/ui/dialog'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { mentionedIn, withMentions } from '../model/mentions'
import { addComment, changeComment, commentsQuery, followersQuery, removeComment, setFollowing, type Comment } from '../model/talk'
import { mayDelete, type Kind, type Rec } from '../model/types'
import { usePeople } from '../model/use-kinds'
import { PersonName } from '../parts/value-view'
import { CommentField } from './comment-field'

const MOST_FACES = 6

type PanelProps = { kind: Kind; record: Rec; readOnly: boolean }

/** What is said about a record, the latest first, and who hears of it. */
export default function TalkPanel({ kind, record, readOnly }: PanelProps) {
  const { t } = useTranslation(['business', 'common'])
  const problemText = useProblemText()
  const client = useQueryClient()
  const people = usePeople()
  const query = useInfiniteQuery(commentsQuery(kind.name, record.id))
  const [sent, setSent] = useState(0)
  const [busy, setBusy] = useState(false)
  const comments = query.data?.pages.flatMap((page) => page.items) ?? []
  async function send(text: string) {
    setBusy(true)
    try {
      await addComment(kind.name, record.id, text, mentionedIn(text, people))
      // The field of the next comment is a new one.
      setSent((count) => count + 1)
      void client.invalidateQueries({ queryKey: commentsQuery(kind.name, record.id).queryKey })
      void client.invalidateQueries({ queryKey: followersQuery(kind.name, record.id).queryKey })
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    setBusy(false)
  }
  return (
    <div className="flex flex-col gap-4 p-3 sm:p-4">
      <Followers kind={kind} record={record} />
      {!readOnly && <CommentField key={sent} label={t('talk.write')} sendLabel={t('talk.send')} busy={busy} onSend={(text) => void send(text)} />}
      {query.isPending && <Skeleton className="h-20" />}
      {query.isError && (
        <p role="alert" className="flex items-center gap-3 text-bad">
          {problemText(query.error)}
          <Button size="sm" onClick={() => void query.refetch()}>{t('common:retry')}</Button>
        </p>
      )}
      {query.isSuccess && comments.length === 0 && (
        <div className="flex flex-col items-center gap-2 px-6 py-8 text-center text-fg-3">
          <MessageSquare aria-hidden size={20} strokeWidth={1.75} />
          <p>{t('talk.none')}</p>
        </div>
      )}
      <ol aria-label={t('talk.comments')} className="flex flex-col gap-4">
        {comments.map((comment) => (
          <CommentRow key={comment.id} kind={kind} record={record} comment={comment} readOnly={readOnly} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button size="sm" className="self-start" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('talk.older')}
        </Button>
      )}
    </div>
  )
}

function Followers({ kind, record }: Pick<PanelProps, 'kind' | 'record'>) {
  const { t } = useTranslation('business')
  const problemText = useProblemText()
  const client = useQueryClient()
  const { user } = useSession()
  const { queryKey, ...rest } = followersQuery(kind.name, record.id)
  const { data } = useQuery({ queryKey, ...rest })
  if (!data) return <Skeleton className="h-8" />
  const follows = data.includes(user.id)
  const set = async (on: boolean) => {
    await client.cancelQueries({ queryKey })
    client.setQueryData(queryKey, on ? [...data, user.id] : data.filter((id) => id !== user.id))
    try {
      await setFollowing(kind.name, record.id, on)
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    void client.invalidateQueries({ queryKey })
  }
  const Icon = follows ? BellOff : Bell
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="sm" aria-pressed={follows} onClick={() => void set(!follows)}>
        <Icon aria-hidden size={14} />
        {follows ? t('talk.unfollow') : t('talk.follow')}
      </Button>
      {data.length > 0 ? (
        <ul aria-label={t('talk.followers')} className="flex items-center gap-0.5">
          {data.slice(0, MOST_FACES).map((id) => (
            <li key={id}><PersonName id={id} iconOnly /></li>
          ))}
          {data.length > MOST_FACES && <li className="pl-1 text-xs text-fg-3 tnum">+{data.length - MOST_FACES}</li>}
        </ul>
      ) : (
        <span className="text-xs text-fg-3">{t('talk.nobody')}</span>
      )}
    </div>
  )
}

type RowProps = PanelProps & { comment: Comment }

function CommentRow({ kind, record, comment, readOnly }: RowProps) {
  const { t } = useTranslation(['business', 'common'])
  const locale = useLocale()
  const problemText = useProblemText()
  const client = useQueryClient()
  const people = usePeople()
  const { user } = useSession()
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null)
  const [busy, setBusy] = useState(false)
  const name = people.get(comment.author)?.name ?? t('someone')
  const isMine = comment.author === user.id
  const mayRemove = isMine || mayDelete(kind, record, user.id)
  async function attempt(run: () => Promise<unknown>) {
    setBusy(true)
    try {
      await run()
      setOpen(null)
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    setBusy(false)
    void client.invalidateQueries({ queryKey: commentsQuery(kind.name, record.id).queryKey })
  }
  return (
    <li data-comment className="group/comment relative flex gap-2.5">
      <Avatar id={comment.author} name={name} />
      <div className="min-w-0 flex-1">
        <p className="flex min-h-6 flex-wrap items-center gap-x-1.5">
          <span className="font-medium">{name}</span>
          <time dateTime={comment.created_at} title={formatDateTime(comment.created_at, locale)} className="text-xs text-fg-3">{formatAgo(comment.created_at, locale)}</time>
          {comment.edited_at && <span className="text-xs text-fg-3">{t('talk.edited')}</span>}
        </p>
        {open === 'edit' ? (
          <CommentField
            label={t('talk.edit')}
            sendLabel={t('common:save')}
            initial={comment.body}
            busy={busy}
            onCancel={() => setOpen(null)}
            onSend={(text) => void attempt(() => changeComment(kind.name, record.id, comment.id, text))}
          />
        ) : (
          <Markdown text={withMentions(comment.body, people)} />
        )}
      </div>
      {!readOnly && open !== 'edit' && mayRemove && (
        <div className="absolute -top-1 right-0 flex rounded-md bg-raised opacity-0 shadow-1 group-focus-within/comment:opacity-100 group-hover/comment:opacity-100 max-lg:opacity-100">
          {isMine && (
            <IconButton label={t('talk.edit')} size="sm" onClick={() => setOpen('edit')}>
              <Pencil size={14} />
            </IconButton>
          )}
          <IconButton label={t('talk.remove')} size="sm" onClick={() => setOpen('delete')}>
            <Trash2 size={14} />
          </IconButton>
        </div>
      )}
      <ConfirmDialog
        open={open === 'delete'}
        onClose={() => setOpen(null)}
        onConfirm={() => void attempt(() => removeComment(kind.name, record.id, comment.id))}
        title={t('talk.remove.ask')}
        description={t('talk.remove.text')}
        confirmLabel={t('talk.remove')}
        cancelLabel={t('common:cancel')}
        danger
        busy={busy}
      />
    </li>
  )
}
