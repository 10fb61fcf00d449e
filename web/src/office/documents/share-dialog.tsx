import { useQuery } from '@tanstack/react-query'
import { Link2, Search, UserRoundX } from 'lucide-react'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Document, Grant, Right } from '@/lib/api/types'
import { useProblemText } from '@/lib/i18n/hooks'
import { canManage } from '@/lib/rights'
import { useSession } from '@/lib/session'
import { Avatar } from '@/ui/avatar'
import { Button, IconButton } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { cn } from '@/ui/cn'
import { controlClass, InlineSelect } from '@/ui/field'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { grantsQuery, peopleQuery, useDeleteGrant, usePutGrant } from './api'

const RIGHTS: Right[] = ['view', 'comment', 'edit', 'manage']

type RightSelectProps = { value: Right; onChange: (right: Right) => void; label: string; disabled?: boolean }

function RightSelect({ value, onChange, label, disabled }: RightSelectProps) {
  const { t } = useTranslation('documents')
  return (
    <InlineSelect aria-label={label} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as Right)}>
      {RIGHTS.map((right) => (
        <option key={right} value={right}>{t(`right.${right}`)}</option>
      ))}
    </InlineSelect>
  )
}

type PersonProps = { id: string; name: string; email: string; isSelf?: boolean; children?: ReactNode }

function Person({ id, name, email, isSelf, children }: PersonProps) {
  const { t } = useTranslation('documents')
  return (
    <div className="flex min-h-12 items-center gap-3">
      <Avatar id={id} name={name} size="md" />
      <div className="min-w-0 flex-1">
        <div className="truncate font-medium">{isSelf ? t('share.you', { name }) : name}</div>
        <div className="truncate text-xs text-fg-3">{email}</div>
      </div>
      {children}
    </div>
  )
}

type GrantRowProps = { grant: Grant; document: Document; isSelf: boolean }

function GrantRow({ grant, document, isSelf }: GrantRowProps) {
  const { t } = useTranslation('documents')
  const problemText = useProblemText()
  const put = usePutGrant(document.id)
  const remove = useDeleteGrant(document.id)
  const onError = (error: Error) => notify(problemText(error), { tone: 'bad' })
  const { user, right } = grant
  const isOwner = user.id === document.owner.id
  const editable = canManage(document.right) && !isOwner && !isSelf
  return (
    <li>
      <Person id={user.id} name={user.name} email={user.email} isSelf={isSelf}>
        {editable ? (
          <>
            <RightSelect
              label={t('share.right_of', { name: user.name })}
              value={right}
              onChange={(next) => put.mutate({ userId: user.id, right: next }, { onError })}
            />
            <IconButton label={t('share.remove', { name: user.name })} size="sm" onClick={() => remove.mutate(user.id, { onError })}>
              <UserRoundX size={16} strokeWidth={1.75} />
            </IconButton>
          </>
        ) : (
          <span className="px-1.5 text-fg-3">{isOwner ? t('share.owner') : t(`right.${right}`)}</span>
        )}
      </Person>
    </li>
  )
}

function AddPeople({ document, grants }: { document: Document; grants: Grant[] }) {
  const { t } = useTranslation('documents')
  const problemText = useProblemText()
  const [text, setText] = useState('')
  const [right, setRight] = useState<Right>('edit')
  const query = useDeferredValue(text.trim())
  const people = useQuery({ ...peopleQuery(query), enabled: query !== '' })
  const put = usePutGrant(document.id)
  const granted = new Set(grants.map(({ user }) => user.id))
  const candidates = (people.data?.items ?? []).filter(({ id, status }) => !granted.has(id) && status === 'active')
  function add(userId: string) {
    setText('')
    put.mutate({ userId, right }, { onError: (error) => notify(problemText(error), { tone: 'bad' }) })
  }
  return (
    <div className="mb-3">
      <div className="flex items-center gap-2">
        <div className="relative flex-1">
          <Search aria-hidden size={15} className="pointer-events-none absolute top-2.5 left-2.5 text-fg-3" />
          <input
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-label={t('share.find')}
            placeholder={t('share.find')}
            className={cn(controlClass, 'pl-8')}
          />
        </div>
        <RightSelect label={t('share.new_right')} value={right} onChange={setRight} />
      </div>
      {query !== '' && people.isSuccess && (
        <ul aria-label={t('share.matches')} className="mt-1.5 rounded-md border p-1">
          {candidates.map(({ id, name, email }) => (
            <li key={id}>
              <button type="button" onClick={() => add(id)} className="w-full rounded-md px-2 text-left hover:bg-hover">
                <Person id={id} name={name} email={email}>
                  <span className="text-xs font-medium text-accent-text">{t('share.add')}</span>
                </Person>
              </button>
            </li>
          ))}
          {candidates.length === 0 && <li className="px-2 py-3 text-center text-fg-3">{t('share.nobody')}</li>}
        </ul>
      )}
    </div>
  )
}

export default function ShareDialog({ document, onClose }: { document: Document; onClose: () => void }) {
  const { t } = useTranslation(['documents', 'common'])
  const { user } = useSession()
  const problemText = useProblemText()
  const grants = useQuery(grantsQuery(document.id))
  const items = grants.data?.items ?? []
  async function copyLink() {
    try {
      await navigator.clipboard.writeText(`${window.location.origin}/documents/${document.id}`)
      notify(t('share.link_copied'))
    } catch {
      notify(t('common:copy_failed'), { tone: 'bad' })
    }
  }
  return (
    <Dialog open onClose={onClose} wide title={t('share.title', { title: document.title })} closeLabel={t('common:close')}>
      {canManage(document.right) ? (
        <AddPeople document={document} grants={items} />
      ) : (
        <p className="mb-3 text-fg-3">{t('share.only_managers')}</p>
      )}
      <h3 className="mt-4 mb-1 text-xs font-medium text-fg-3">{t('share.people')}</h3>
      {grants.isPending && <Skeleton className="my-2 h-10" />}
      {grants.isError && <p role="alert" className="py-3 text-bad">{problemText(grants.error)}</p>}
      <ul className="divide-y">
        {items.map((grant) => (
          <GrantRow key={grant.user.id} grant={grant} document={document} isSelf={grant.user.id === user.id} />
        ))}
      </ul>
      <div className="mt-4 flex items-center justify-between gap-3 border-t pt-4">
        <p className="text-xs text-fg-3">{t('share.link_hint')}</p>
        <Button onClick={() => void copyLink()}>
          <Link2 aria-hidden size={16} strokeWidth={1.75} />
          {t('share.copy_link')}
        </Button>
      </div>
    </Dialog>
  )
}
