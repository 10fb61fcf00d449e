import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, Link2, Merge, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import type { RecordCommand } from '@/lib/api/types'
import { useSession } from '@/lib/session'
import { Button, IconButton } from '@/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'
import { notify } from '@/ui/toast'
import { useChanges } from '../model/changes'
import { fieldsOfCommand } from '../model/command-fields'
import { mayDelete, mayEdit, type Fields, type Kind, type Rec } from '../model/types'
import { useLabel } from '../model/use-kinds'

const CommandDialog = lazy(() => import('./command-dialog'))
const MergeDialog = lazy(() => import('./merge-dialog'))

/** Runs a command; what speaks against it is said in words. */
function useRun(kind: Kind, record: Rec) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const { run, refused } = useChanges(kind)
  const [busy, setBusy] = useState<string | null>(null)
  async function start(command: RecordCommand, params: Fields) {
    setBusy(command.name)
    try {
      await run(record, command, params)
      return true
    } catch (error) {
      if (error instanceof Problem && error.status === 409) notify(t('command.refused', { command: label(command.label), why: label(error.message) }), { tone: 'bad' })
      else refused(error)
      return false
    } finally {
      setBusy(null)
    }
  }
  return { busy, start }
}

export function Commands({ kind, record }: { kind: Kind; record: Rec }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const { busy, start } = useRun(kind, record)
  const [asking, setAsking] = useState<RecordCommand | null>(null)
  const commands = kind.commands.filter(({ offered }) => offered.length === 0 || offered.includes(record.state))
  if (commands.length === 0) return null
  const begin = (command: RecordCommand) => (fieldsOfCommand(command).length > 0 ? setAsking(command) : void start(command, {}))
  const [main] = commands
  return (
    <>
      <div role="group" aria-label={t('commands')} className="flex items-center gap-1.5 max-sm:hidden">
        {commands.map((command) => (
          <Button key={command.name} tone={command === main && record.state === kind.states[0]?.value ? 'primary' : 'plain'} busy={busy === command.name} onClick={() => begin(command)}>
            {label(command.label)}
          </Button>
        ))}
      </div>
      <div className="sm:hidden">
        <Menu trigger={<Button busy={busy !== null}>{t('commands')}</Button>}>
          {commands.map((command) => (
            <MenuItem key={command.name} onSelect={() => begin(command)}>
              {label(command.label)}
            </MenuItem>
          ))}
        </Menu>
      </div>
      <Suspense>
        {asking && (
          <CommandDialog
            kind={kind}
            record={record}
            command={asking}
            busy={busy !== null}
            onClose={() => setAsking(null)}
            onRun={(params) => void start(asking, params).then((done) => done && setAsking(null))}
          />
        )}
      </Suspense>
    </>
  )
}

export function RecordMenu({ kind, record, isPast }: { kind: Kind; record: Rec; isPast: boolean }) {
  const { t } = useTranslation(['business', 'common'])
  const { user } = useSession()
  const navigate = useNavigate()
  const { remove } = useChanges(kind)
  const [merging, setMerging] = useState(false)
  async function copy() {
    try {
      await navigator.clipboard.writeText(window.location.href)
      notify(t('record.link_copied'))
    } catch {
      notify(t('common:copy_failed'), { tone: 'bad' })
    }
  }
  async function discard() {
    if (await remove([record])) void navigate({ to: '/business/$kind', params: { kind: kind.name }, search: {} })
  }
  const trigger = (
    <IconButton label={t('more')}>
      <Ellipsis size={17} strokeWidth={1.75} />
    </IconButton>
  )
  const mayChange = !isPast && !record.deleted_at
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem icon={Link2} onSelect={() => void copy()}>
          {t('record.copy_link')}
        </MenuItem>
        {mayChange && mayEdit(kind, record, user.id) && (
          <MenuItem icon={Merge} onSelect={() => setMerging(true)}>
            {t('merge')}
          </MenuItem>
        )}
        {mayChange && mayDelete(kind, record, user.id) && (
          <>
            <MenuSeparator />
            <MenuItem icon={Trash2} danger onSelect={() => void discard()}>
              {t('delete')}
            </MenuItem>
          </>
        )}
      </Menu>
      <Suspense>{merging && <MergeDialog kind={kind} record={record} onClose={() => setMerging(false)} />}</Suspense>
    </>
  )
}
