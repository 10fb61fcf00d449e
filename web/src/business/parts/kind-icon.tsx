import {
  AtSign, Banknote, Box, Briefcase, Building2, Calendar, CalendarClock, Car, CheckSquare, CircleDot, Clock, Columns3, FileText, Flag,
  FolderKanban, GitBranch, Handshake, Hash, Heart, House, Laptop, Link2, List, ListChecks, Package, Phone, Receipt, Star, Tag, Target, Text, TextInitial, Timer,
  Repeat, ToggleLeft, Truck, User, Wrench, ArrowUpRight, type LucideIcon,
} from 'lucide-react'
import type { FieldType } from '../model/types'

const ICONS: Record<string, LucideIcon> = {
  phone: Phone, building: Building2, handshake: Handshake, target: Target, user: User, 'git-branch': GitBranch, 'file-text': FileText,
  columns: Columns3, flag: Flag, 'folder-kanban': FolderKanban, timer: Timer, 'circle-dot': CircleDot, 'check-square': CheckSquare,
  clock: Clock, receipt: Receipt, box: Box, briefcase: Briefcase, car: Car, heart: Heart, house: House, laptop: Laptop, package: Package,
  star: Star, tag: Tag, truck: Truck, wrench: Wrench,
}

/** Icons that a type of one's own can have. */
export const OWN_ICONS = ['box', 'briefcase', 'car', 'heart', 'house', 'laptop', 'package', 'star', 'tag', 'truck', 'wrench']

const FIELD_ICONS: Record<FieldType, LucideIcon> = {
  text: TextInitial, markdown: Text, number: Hash, money: Banknote, date: Calendar, datetime: CalendarClock, boolean: ToggleLeft, choice: CircleDot,
  choices: ListChecks, link: ArrowUpRight, person: User, email: AtSign, phone: Phone, url: Link2, tags: Tag, recurrence: Repeat,
}

type IconProps = { size?: number; className?: string }

export function KindIcon({ icon, size = 16, className }: IconProps & { icon: string }) {
  const Icon = ICONS[icon] ?? List
  return <Icon aria-hidden size={size} strokeWidth={1.75} className={className} />
}

export function FieldIcon({ type, size = 15, className }: IconProps & { type: FieldType }) {
  const Icon = FIELD_ICONS[type]
  return <Icon aria-hidden size={size} strokeWidth={1.75} className={className} />
}
