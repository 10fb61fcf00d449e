import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { FilePlus2, FileText, Keyboard, Languages, Moon, Search, Sparkles, Sun, Trash2, UserPlus, type LucideIcon } from 'lucide-react'
import * as RadixDialog from 'radix-ui/dialog'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFoundRecords, useKindLinks, type FoundRecord } from '@/business/use-quick-find'
import { KindIcon } from '@/business/parts/kind-icon'
import type { Document } from '@/lib/api/types'
import { formatAgo } from '@/lib/i18n/format'
import { LANGUAGES, setLanguage } from '@/lib/i18n'
import { useLanguage, useLocale } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { setTheme, useIsDark } from '@/lib/theme'
import { documentsQuery } from '@/office/documents/api'
import type { Person } from '@/office/chat/model/directory'
import { RoomIcon } from '@/office/chat/sidebar/room-icon'
import { useOpenDirect } from '@/office/chat/use-open-direct'
import { useQuickSwitch, type QuickRoom } from '@/office/chat/use-quick-switch'
import { useNewDocument } from '@/office/documents/use-new-document'
import { Avatar } from '@/ui/avatar'
import { Keys } from '@/ui/kbd'
import { APPS } from './apps'

type PaletteCommand = { id: string; icon: LucideIcon | ((props: { size?: number; className?: string }) => ReactNode); label: string; keys?: string[]; run: () => void }

function useCommands(onHelp: () => void): PaletteCommand[] {
  const { t } = useTranslation(['shell', 'common'])
  const { permissions } = useSession()
  const navigate = useNavigate()
  const newDocument = useNewDocument()
  const dark = useIsDark()
  const language = useLanguage()
  const other = LANGUAGES.find(({ value }) => value !== language) ?? LANGUAGES[0]
  const creating: PaletteCommand[] = [
    { id: 'new', icon: FilePlus2, label: t('new_document'), keys: ['C'], run: () => newDocument.open() },
    { id: 'tour', icon: Sparkles, label: t('new_sample'), run: () => newDocument.open('tour') },
  ]
  const managing: PaletteCommand[] = [
    { id: 'person', icon: UserPlus, label: t('add_person'), run: () => void navigate({ to: '/admin/people' }) },
  ]
  const apps = APPS.filter(({ needs }) => !needs || permissions.includes(needs)).map(({ name, to, icon, key }) => ({
    id: name, icon, label: t('go_to', { name: t(`common:nav.${name}`) }), keys: ['G', key], run: () => void navigate({ to }),
  }))
  return [
    ...(permissions.includes('documents.create') ? creating : []),
    ...(permissions.includes('people.manage') ? managing : []),
    ...apps,
    { id: 'trash', icon: Trash2, label: t('open_trash'), run: () => void navigate({ to: '/documents', search: { view: 'trash' } }) },
    { id: 'theme', icon: dark ? Sun : Moon, label: dark ? t('theme.to_light') : t('theme.to_dark'), run: () => setTheme(dark ? 'light' : 'dark') },
    { id: 'language', icon: Languages, label: t('language.to', { name: other.label }), run: () => void setLanguage(other.value) },
    { id: 'help', icon: Keyboard, label: t('common:shortcuts'), keys: ['?'], run: onHelp },
  ]
}

const MOST_DOCUMENTS = 7
const ITEM =
  'flex h-9 items-center gap-3 rounded-md px-2.5 text-base select-none data-[selected=true]:bg-selected'
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-fg-3'

const includes = (label: string, text: string) => label.toLowerCase().includes(text.toLowerCase())

/** What the server found; until it answers, what of the last answer still fits. */
function useFound(text: string): Document[] {
  const { data, isPlaceholderData } = useInfiniteQuery({ ...documentsQuery({ q: text }), placeholderData: keepPreviousData })
  const items = data?.pages[0]?.items ?? []
  return items.filter(({ title }) => !isPlaceholderData || includes(title, text)).slice(0, MOST_DOCUMENTS)
}

function DocumentItem({ document, onOpen }: { document: Document; onOpen: () => void }) {
  const locale = useLocale()
  return (
    <Command.Item value={document.id} onSelect={onOpen} className={ITEM}>
      <FileText aria-hidden size={17} strokeWidth={1.75} className="shrink-0 text-info" />
      <span className="min-w-0 flex-1 truncate">{document.title}</span>
      <span className="shrink-0 text-xs text-fg-2">{formatAgo(document.updated_at, locale)}</span>
    </Command.Item>
  )
}

function RoomItems({ rooms, onOpen }: { rooms: QuickRoom[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation('shell')
  if (rooms.length === 0) return null
  return (
    <Command.Group heading={t('palette.rooms')} className={GROUP}>
      {rooms.map(({ id, title, room, strong }) => (
        <Command.Item key={id} value={id} onSelect={() => onOpen(id)} className={ITEM}>
          <RoomIcon room={room} />
          <span className={`min-w-0 flex-1 truncate ${strong ? 'font-semibold' : ''}`}>{title}</span>
          {(room.membership?.unread ?? 0) > 0 && <span className="text-xs text-fg-3 tnum">{room.membership?.unread}</span>}
        </Command.Item>
      ))}
    </Command.Group>
  )
}

function PeopleItems({ people, onOpen }: { people: Person[]; onOpen: (id: string) => void }) {
  const { t } = useTranslation('shell')
  if (people.length === 0) return null
  return (
    <Command.Group heading={t('palette.people')} className={GROUP}>
      {people.map(({ id, name, email }) => (
        <Command.Item key={id} value={id} onSelect={() => onOpen(id)} className={ITEM}>
          <Avatar id={id} name={name} size="xs" />
          <span className="truncate">{name}</span>
          <span className="min-w-0 flex-1 truncate text-xs text-fg-3">{email}</span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}

function RecordItems({ records, onOpen }: { records: FoundRecord[]; onOpen: (record: FoundRecord) => void }) {
  const { t } = useTranslation('shell')
  if (records.length === 0) return null
  return (
    <Command.Group heading={t('palette.records')} className={GROUP}>
      {records.map((record) => (
        <Command.Item key={record.id} value={record.id} onSelect={() => onOpen(record)} className={ITEM}>
          <KindIcon icon={record.icon} size={17} className="shrink-0 text-fg-3" />
          <span className="min-w-0 flex-1 truncate">{record.title}</span>
          <span className="shrink-0 text-xs text-fg-3">{record.label}</span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}

type ResultsProps = { records: FoundRecord[]; rooms: QuickRoom[]; people: Person[]; found: Document[]; commands: PaletteCommand[]; recent: boolean; onChoose: (run: () => void) => void }

function Results({ records, rooms, people, found, commands, recent, onChoose }: ResultsProps) {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const openDirect = useOpenDirect()
  const openRoom = (roomId: string) => void navigate({ to: '/chat/$roomId', params: { roomId }, search: {} })
  const open = (documentId: string) => void navigate({ to: '/documents/$documentId', params: { documentId }, search: {} })
  return (
    <Command.List className="max-h-[min(26rem,60dvh)] scroll-py-2 overflow-y-auto p-1.5 pt-0">
      <Command.Empty className="py-10 text-center text-fg-3">{t('palette.empty')}</Command.Empty>
      <RoomItems rooms={rooms} onOpen={(id) => onChoose(() => openRoom(id))} />
      <PeopleItems people={people} onOpen={(id) => onChoose(() => void openDirect([id]))} />
      <RecordItems records={records} onOpen={({ kind, id: recordId }) => onChoose(() => void navigate({ to: '/business/$kind/$recordId', params: { kind, recordId }, search: {} }))} />
      {found.length > 0 && (
        <Command.Group heading={recent ? t('palette.recent') : t('palette.documents')} className={GROUP}>
          {found.map((document) => (
            <DocumentItem key={document.id} document={document} onOpen={() => onChoose(() => open(document.id))} />
          ))}
        </Command.Group>
      )}
      {commands.length > 0 && (
        <Command.Group heading={t('palette.actions')} className={GROUP}>
          {commands.map(({ id, icon: Icon, label, keys, run }) => (
            <Command.Item key={id} value={id} onSelect={() => onChoose(run)} className={ITEM}>
              <Icon aria-hidden size={17} strokeWidth={1.75} className="shrink-0 text-fg-3" />
              <span className="min-w-0 flex-1 truncate">{label}</span>
              {keys && <Keys keys={keys} />}
            </Command.Item>
          ))}
        </Command.Group>
      )}
    </Command.List>
  )
}

type PaletteProps = { onClose: () => void; onHelp: () => void }

export default function Palette({ onClose, onHelp }: PaletteProps) {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const query = useDeferredValue(text.trim())
  const found = useFound(query)
  const { rooms, people } = useQuickSwitch(query)
  const records = useFoundRecords(query)
  const kinds = useKindLinks(query)
  const commands = [...useCommands(onHelp), ...kinds.map(({ name, icon, label }) => ({ id: name, icon: (props: object) => <KindIcon icon={icon} {...props} />, label: t('go_to', { name: label }), run: () => void navigate({ to: '/business/$kind', params: { kind: name }, search: {} }) }))].filter(
    ({ label }) => includes(label, text.trim()),
  )
  // The choice is ours, not the list's: results come and go while somebody types, and Enter must always hit.
  const [picked, setPicked] = useState('')
  const ids = [...rooms, ...people, ...records, ...found, ...commands].map(({ id }) => id)
  const chosen = ids.includes(picked) ? picked : (ids[0] ?? '')
  function choose(run: () => void) {
    onClose()
    run()
  }
  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-3 z-40 mx-auto max-w-[37.500rem] animate-pop overflow-hidden rounded-xl bg-raised shadow-3 outline-none sm:top-[14dvh]"
        >
          <RadixDialog.Title className="sr-only">{t('palette.title')}</RadixDialog.Title>
          <Command label={t('palette.title')} loop shouldFilter={false} value={chosen} onValueChange={setPicked}>
            <div className="flex items-center gap-3 border-b px-4">
              <Search aria-hidden size={18} strokeWidth={1.75} className="text-fg-3" />
              <Command.Input
                value={text}
                onValueChange={(next) => {
                  setText(next)
                  setPicked('')
                }}
                placeholder={t('palette.placeholder')}
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
              />
              <Keys keys={['Esc']} />
            </div>
            <Results records={records} rooms={rooms} people={people} found={found} commands={commands} recent={query === ''} onChoose={choose} />
          </Command>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}
