import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, UserPlus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button, IconButton } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Menu, MenuItem } from '@/ui/menu'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import { putMember, removeMember } from '../api'
import type { Member, RoomState } from '../api-types'
import { useChat } from '../model/chat-state'
import { BotLabel } from '../people/bot-label'
import { PeoplePicker } from '../people/people-picker'
import { PersonAvatar } from '../people/person-avatar'
import { ProfileTrigger } from '../people/profile-card'
import { membersQuery } from '../queries'
import { useManages } from '../bookmarks/use-bookmarks'

const BanDialog = lazy(() => import('../moderation/ban-dialog'))
const BannedList = lazy(() => import('../moderation/banned-list'))

const ORDER = { online: 0, away: 1, dnd: 1, offline: 2 }

function useMemberChange(room: string) {
  const client = useQueryClient()
  const problemText = useProblemText()
  return async (change: Promise<unknown>) => {
    try {
      await change
      await client.invalidateQueries({ queryKey: ['chat', 'members', room] })
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
}

function AddDialog({ room, members, onClose }: { room: RoomState; members: Member[]; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const change = useMemberChange(room.id)
  const [chosen, setChosen] = useState<string[]>([])
  return (
    <Dialog open onClose={onClose} title={t('members.add')} closeLabel={t('common:close')}>
      <PeoplePicker autoFocus label={t('people')} chosen={chosen} hidden={new Set(members.map(({ user }) => user))} onChange={setChosen} />
      <div className="mt-4 flex justify-end">
        <Button
          tone="primary"
          disabled={chosen.length === 0}
          onClick={() => {
            void change(Promise.all(chosen.map((id) => putMember(room.id, id))))
            onClose()
          }}
        >
          {t('members.add')}
        </Button>
      </div>
    </Dialog>
  )
}

function MemberRow({ room, member, mayChange }: { room: RoomState; member: Member; mayChange: boolean }) {
  const { t } = useTranslation('chat')
  const change = useMemberChange(room.id)
  const [banning, setBanning] = useState(false)
  const status = useChat((state) => state.statuses[member.user])
  return (
    <li className="flex min-h-11 items-center gap-3 rounded-md px-2 hover:bg-hover">
      <ProfileTrigger id={member.user} className="flex min-w-0 flex-1 items-center gap-3 py-1.5 text-left">
        <PersonAvatar id={member.user} size="md" presence />
        <span className="min-w-0">
          <span className="flex items-center gap-1.5 font-medium"><span className="truncate">{member.name}</span>{member.kind === 'bot' && <BotLabel />}</span>
          <span className="block truncate text-xs text-fg-3">{status ? `${status.emoji} ${status.text}` : member.role === 'owner' ? t('owner') : member.kind === 'bot' ? '' : member.email}</span>
        </span>
      </ProfileTrigger>
      {mayChange && (
        <Menu trigger={<IconButton label={t('members.actions', { name: member.name })} size="sm"><Ellipsis size={16} /></IconButton>}>
          <MenuItem onSelect={() => void change(putMember(room.id, member.user, member.role === 'owner' ? 'member' : 'owner'))}>
            {member.role === 'owner' ? t('members.no_owner') : t('members.make_owner')}
          </MenuItem>
          <MenuItem danger onSelect={() => void change(removeMember(room.id, member.user))}>{t('members.remove')}</MenuItem>
          <MenuItem danger onSelect={() => setBanning(true)}>{t('ban.menu')}</MenuItem>
        </Menu>
      )}
      {banning && <Suspense><BanDialog room={room.id} user={member.user} name={member.name} onClose={() => setBanning(false)} /></Suspense>}
    </li>
  )
}

export function MembersPanel({ room }: { room: RoomState }) {
  const { t } = useTranslation('chat')
  const [adding, setAdding] = useState(false)
  const userId = useChat((state) => state.userId)
  const presence = useChat((state) => state.presence)
  const { data, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery(membersQuery(room.id))
  const members = (data?.pages.flatMap(({ items }) => items) ?? []).toSorted(
    (a, b) => ORDER[presence[a.user] ?? 'offline'] - ORDER[presence[b.user] ?? 'offline'] || a.name.localeCompare(b.name),
  )
  const manages = useManages(room)
  return (
    <div className="p-2">
      {room.kind === 'channel' && room.membership && (
        <Button className="mb-2 w-full" onClick={() => setAdding(true)}><UserPlus aria-hidden size={15} />{t('members.add')}</Button>
      )}
      {isPending && [0, 1, 2].map((row) => <Skeleton key={row} className="m-2 h-8" />)}
      <ul>{members.map((member) => <MemberRow key={member.user} room={room} member={member} mayChange={manages && room.kind === 'channel' && member.user !== userId} />)}</ul>
      {hasNextPage && <Button className="mt-2 w-full" onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
      {manages && room.kind === 'channel' && <Suspense><BannedList room={room.id} /></Suspense>}
      {adding && <AddDialog room={room} members={members} onClose={() => setAdding(false)} />}
    </div>
  )
}
