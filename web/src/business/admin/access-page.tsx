import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FileQuestion, Pencil, Plus, RotateCcw, ShieldCheck, User, UserRound, Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { usePermission } from '@/lib/session'
import { Button, IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { Menu, MenuItem } from '@/ui/menu'
import { Pill } from '@/ui/pill'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { EVERYTHING, groupsQuery, policiesQuery, removePolicy, ROLES, standardOf, type Policy } from '../model/policies'
import type { Kind } from '../model/types'
import { useKind, useLabel } from '../model/use-kinds'
import { KindHead } from './kind-head'

const PolicyDialog = lazy(() => import('./policy-dialog'))

export type Subject = { id: string; name: string; policy: Policy; isSet: boolean }

/** Who may do what with records of a type. */
export function AccessPage({ name }: { name: string }) {
  const { t } = useTranslation(['business', 'common'])
  const kind = useKind(name)
  const mayManage = usePermission('tenant.manage')
  if (!kind || !mayManage) return <Empty icon={FileQuestion} title={t('common:not_found.title')} text={t('kind.unknown')} />
  return <Page key={name} kind={kind} />
}

/** Roles, and the groups for which something is said. */
function useSubjects(kind: Kind) {
  const { t } = useTranslation('business')
  const policies = useQuery(policiesQuery)
  const groups = useQuery(groupsQuery)
  const mine = (policies.data ?? []).filter((one) => one.kind === kind.name)
  const of = (id: string, name: string): Subject => {
    const said = mine.find(({ subject }) => subject === id)
    return { id, name, policy: said?.policy ?? standardOf(id), isSet: said !== undefined }
  }
  const roles = ROLES.map((role) => of(`role:${role}`, t(`access.role.${role}`)))
  const named = mine
    .filter(({ subject }) => subject.startsWith('group:'))
    .map(({ subject }) => of(subject, groups.data?.find(({ id }) => subject === `group:${id}`)?.name ?? t('access.group_gone')))
  const free = (groups.data ?? []).filter(({ id }) => !mine.some(({ subject }) => subject === `group:${id}`))
  return { subjects: [...roles, ...named], free, policies, groups }
}

function Page({ kind }: { kind: Kind }) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const problemText = useProblemText()
  const client = useQueryClient()
  const [open, setOpen] = useState<Subject | null>(null)
  const { subjects, free, policies, groups } = useSubjects(kind)
  const title = t('access.title', { kind: label(kind.plural) })
  usePageTitle(title)
  const error = policies.error ?? groups.error
  async function reset(subject: Subject) {
    try {
      await removePolicy(kind.name, subject.id)
      notify(t('access.reset', { name: subject.name }))
    } catch (problem) {
      notify(problemText(problem), { tone: 'bad' })
    }
    void client.invalidateQueries({ queryKey: policiesQuery.queryKey })
  }
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-3xl px-4 py-6 sm:px-8">
        <KindHead kind={kind} title={title} text={t('access.text')}>
          {free.length > 0 && (
            <Menu
              trigger={
                <Button tone="primary">
                  <Plus aria-hidden size={16} />
                  {t('access.add')}
                </Button>
              }
            >
              {free.map(({ id, name }) => (
                <MenuItem key={id} icon={Users} onSelect={() => setOpen({ id: `group:${id}`, name, policy: EVERYTHING, isSet: false })}>
                  {name}
                </MenuItem>
              ))}
            </Menu>
          )}
        </KindHead>
        {error && (
          <Empty icon={FileQuestion} title={t('common:error.title')} text={problemText(error)}>
            <Button onClick={() => void Promise.all([policies.refetch(), groups.refetch()])}>{t('common:retry')}</Button>
          </Empty>
        )}
        {!error && (policies.isPending || groups.isPending) && <Skeleton className="h-48" />}
        {policies.isSuccess && groups.isSuccess && (
          <ul className="overflow-hidden rounded-lg shadow-1">
            <li className="flex min-h-14 items-center gap-3 border-b px-4 py-2.5">
              <ShieldCheck aria-hidden size={17} strokeWidth={1.75} className="shrink-0 text-fg-3" />
              <div>
                <p className="font-medium">{t('access.role.tenant_admin')}</p>
                <p className="text-xs text-fg-3">{t('access.admins')}</p>
              </div>
            </li>
            {subjects.map((subject) => (
              <SubjectRow key={subject.id} kind={kind} subject={subject} onEdit={() => setOpen(subject)} onReset={() => void reset(subject)} />
            ))}
          </ul>
        )}
        <p className="mt-3 text-xs text-pretty text-fg-3">{t('access.hint')}</p>
        <Suspense>{open && <PolicyDialog kind={kind} subject={open} onClose={() => setOpen(null)} />}</Suspense>
      </div>
    </div>
  )
}

type RowProps = { kind: Kind; subject: Subject; onEdit: () => void; onReset: () => void }

function SubjectRow({ kind, subject, onEdit, onReset }: RowProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const { id, name, policy, isSet } = subject
  const Icon = id === 'role:tenant_guest' ? UserRound : id.startsWith('role:') ? User : Users
  const rights = [
    ['access.read', t(`reach.${policy.read}`)],
    ['access.create', policy.create ? t('yes') : t('no')],
    ['access.edit', t(`reach.${policy.edit}`)],
    ['access.delete', t(`reach.${policy.delete}`)],
  ] as const
  const names = (fields: readonly string[]) => fields.map((one) => label(kind.fields.find((field) => field.name === one)?.label ?? one)).join(', ')
  return (
    <li data-subject={id} className="flex items-start gap-3 border-b px-4 py-2.5 last:border-0">
      <Icon aria-hidden size={17} strokeWidth={1.75} className="mt-1.5 shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1">
        <p className="flex min-h-7 flex-wrap items-center gap-2">
          <span className="font-medium">{name}</span>
          {!isSet && <Pill>{t('access.standard')}</Pill>}
        </p>
        <dl className="flex flex-wrap gap-x-5 gap-y-0.5 text-xs">
          {rights.map(([what, how]) => (
            <div key={what} className="flex gap-1.5">
              <dt className="text-fg-3">{t(what)}</dt>
              <dd className="font-medium">{how}</dd>
            </div>
          ))}
        </dl>
        {policy.hidden.length > 0 && <p className="mt-0.5 text-xs text-fg-2">{t('access.hides', { fields: names(policy.hidden) })}</p>}
        {policy.read_only.length > 0 && <p className="mt-0.5 text-xs text-fg-2">{t('access.locks', { fields: names(policy.read_only) })}</p>}
      </div>
      {isSet && (
        <IconButton label={t('access.reset_one', { name })} size="sm" onClick={onReset}>
          <RotateCcw size={14} />
        </IconButton>
      )}
      <IconButton label={t('access.change', { name })} size="sm" onClick={onEdit}>
        <Pencil size={14} />
      </IconButton>
    </li>
  )
}
