import { useInfiniteQuery } from '@tanstack/react-query'
import { Ellipsis, KeyRound, Search, UserPlus, UserRoundCheck, UserRoundX, Users } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role, User } from '@/lib/api/types'
import { formatDateTime } from '@/lib/i18n/format'
import { useLocale, useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { usePermission, useSession } from '@/lib/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import { ConfirmDialog, Dialog } from '@/ui/dialog'
import { Empty } from '@/ui/empty'
import { cn } from '@/ui/cn'
import { controlClass, InlineSelect } from '@/ui/field'
import { Menu, MenuItem } from '@/ui/menu'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { AddPersonDialog, ROLES } from './add-person-dialog'
import { PasswordOnce } from './password-once'
import { generatePassword, peopleListQuery, useChangePerson } from './people-api'

type Open = { kind: 'add' } | { kind: 'suspend' | 'reset'; user: User } | { kind: 'password'; user: User; password: string } | null

function RoleCell({ user, editable }: { user: User; editable: boolean }) {
  const { t } = useTranslation('admin')
  const problemText = useProblemText()
  const change = useChangePerson()
  if (!editable || !ROLES.includes(user.role)) return <span className="text-fg-2">{t(`role.${user.role}`)}</span>
  return (
    <InlineSelect
      className="-ml-1.5"
      aria-label={t('role.of', { name: user.name })}
      value={change.isPending ? change.variables.role : user.role}
      onChange={(event) =>
        change.mutate({ id: user.id, role: event.target.value as Role }, { onError: (error) => notify(problemText(error), { tone: 'bad' }) })
      }
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>{t(`role.${role}`)}</option>
      ))}
    </InlineSelect>
  )
}

type RowProps = { user: User; manage: boolean; onOpen: (open: Open) => void; onResume: () => void }

function PersonRow({ user, manage, onOpen, onResume }: RowProps) {
  const { t } = useTranslation('admin')
  const language = useLocale()
  const { user: self } = useSession()
  const other = manage && user.id !== self.id
  const suspended = user.status === 'suspended'
  return (
    <tr className="border-b hover:bg-hover">
      <td className="py-2 pl-4 sm:pl-5">
        <div className="flex items-center gap-3">
          <Avatar id={user.id} name={user.name} size="md" className={suspended ? 'grayscale' : ''} />
          <div className="min-w-0">
            <div className="truncate font-medium">{user.id === self.id ? t('you', { name: user.name }) : user.name}</div>
            <div className="truncate text-xs text-fg-3">{user.email}</div>
          </div>
        </div>
      </td>
      <td className="px-2 max-sm:hidden"><RoleCell user={user} editable={other} /></td>
      <td className="px-2">
        <Pill tone={suspended ? 'warn' : 'ok'} dot>{t(`status.${user.status}`)}</Pill>
      </td>
      <td className="px-2 text-fg-3 tnum max-lg:hidden">{formatDateTime(user.created_at, language)}</td>
      <td className="w-12 pr-4 text-right">
        {other && (
          <Menu
            keepFocus
            trigger={
              <Button tone="quiet" size="sm" square aria-label={t('actions', { name: user.name })}>
                <Ellipsis size={16} strokeWidth={1.75} />
              </Button>
            }
          >
            <MenuItem icon={KeyRound} onSelect={() => onOpen({ kind: 'reset', user })}>{t('reset')}</MenuItem>
            {suspended ? (
              <MenuItem icon={UserRoundCheck} onSelect={onResume}>{t('resume')}</MenuItem>
            ) : (
              <MenuItem icon={UserRoundX} danger onSelect={() => onOpen({ kind: 'suspend', user })}>{t('suspend')}</MenuItem>
            )}
          </Menu>
        )}
      </td>
    </tr>
  )
}

function PeopleDialogs({ open, onOpen }: { open: Open; onOpen: (open: Open) => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const problemText = useProblemText()
  const change = useChangePerson()
  const onError = (error: Error) => notify(problemText(error), { tone: 'bad' })
  const close = () => onOpen(null)
  if (!open) return null
  if (open.kind === 'add') return <AddPersonDialog onClose={close} />
  const { user } = open
  if (open.kind === 'password') {
    return (
      <Dialog open onClose={close} title={t('reset.done', { name: user.name })} closeLabel={t('common:close')}>
        <PasswordOnce email={user.email} password={open.password} onDone={close} />
      </Dialog>
    )
  }
  function confirm() {
    if (open?.kind === 'suspend') {
      change.mutate({ id: user.id, status: 'suspended' }, { onError, onSuccess: () => notify(t('suspended', { name: user.name })), onSettled: close })
      return
    }
    const password = generatePassword()
    change.mutate({ id: user.id, password }, { onSuccess: () => onOpen({ kind: 'password', user, password }), onError })
  }
  return (
    <ConfirmDialog
      open
      danger={open.kind === 'suspend'}
      busy={change.isPending}
      onClose={close}
      onConfirm={confirm}
      title={t(`${open.kind}.title`, { name: user.name })}
      description={t(`${open.kind}.text`)}
      confirmLabel={t(open.kind)}
      cancelLabel={t('common:cancel')}
    />
  )
}

function PeopleTable({ people, manage, onOpen }: { people: User[]; manage: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation('admin')
  const problemText = useProblemText()
  const change = useChangePerson()
  const resume = (user: User) =>
    change.mutate(
      { id: user.id, status: 'active' },
      { onSuccess: () => notify(t('resumed', { name: user.name })), onError: (error) => notify(problemText(error), { tone: 'bad' }) },
    )
  return (
    <table className="w-full">
      <thead>
        <tr className="h-9 border-b text-left text-xs text-fg-3 [&>th]:font-medium">
          <th className="pl-4 sm:pl-5">{t('name')}</th>
          <th className="px-2 max-sm:hidden">{t('role')}</th>
          <th className="px-2">{t('status')}</th>
          <th className="px-2 max-lg:hidden">{t('since')}</th>
          <th><span className="sr-only">{t('column.actions')}</span></th>
        </tr>
      </thead>
      <tbody>
        {people.map((user) => (
          <PersonRow key={user.id} user={user} manage={manage} onOpen={onOpen} onResume={() => resume(user)} />
        ))}
      </tbody>
    </table>
  )
}

export function PeoplePage() {
  const { t } = useTranslation(['admin', 'common'])
  const problemText = useProblemText()
  const manage = usePermission('people.manage')
  const [text, setText] = useState('')
  const [open, setOpen] = useState<Open>(null)
  const query = useInfiniteQuery(peopleListQuery(useDeferredValue(text.trim())))
  const people = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(({ kind }) => kind === 'person')
  usePageTitle(t('people'))
  return (
    <>
      <div className="sticky top-0 z-10 flex flex-wrap items-center gap-3 border-b bg-surface px-4 py-2.5 sm:px-5">
        <h1 className="flex-1 text-lg font-semibold">{t('people')}</h1>
        <div className="relative w-56 max-sm:order-last max-sm:w-full">
          <Search aria-hidden size={15} className="pointer-events-none absolute top-2 left-2.5 text-fg-3" />
          <input type="search" aria-label={t('find')} placeholder={t('find')} value={text} onChange={(event) => setText(event.target.value)} className={cn(controlClass, 'h-8 pl-8')} />
        </div>
        {manage && (
          <Button tone="primary" onClick={() => setOpen({ kind: 'add' })}>
            <UserPlus aria-hidden size={16} strokeWidth={2} />
            {t('add')}
          </Button>
        )}
      </div>
      {query.isPending && <Skeleton className="m-5 h-40" />}
      {query.isError && <p role="alert" className="p-5 text-bad">{problemText(query.error)}</p>}
      {query.isSuccess && people.length === 0 && <Empty icon={Users} title={t('nobody')} text={t('nobody_text')} />}
      {people.length > 0 && <PeopleTable people={people} manage={manage} onOpen={setOpen} />}
      {query.hasNextPage && (
        <div className="flex justify-center p-4">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('more')}</Button>
        </div>
      )}
      <PeopleDialogs open={open} onOpen={setOpen} />
    </>
  )
}
