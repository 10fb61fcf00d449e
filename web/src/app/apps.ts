import { BriefcaseBusiness, FileText, House, MessagesSquare, ShieldCheck, type LucideIcon } from 'lucide-react'
import type { Permission } from '@/lib/session'

type AppEntry = {
  name: 'home' | 'chat' | 'documents' | 'business' | 'admin'
  to: '/' | '/chat' | '/documents' | '/business' | '/admin'
  icon: LucideIcon
  /** The second key after "g". */
  key: string
  needs?: Permission
}

/** The apps of the rail, in order. An app is listed when it exists, never before. */
export const APPS: AppEntry[] = [
  { name: 'home', to: '/', icon: House, key: 'H' },
  { name: 'chat', to: '/chat', icon: MessagesSquare, key: 'C' },
  { name: 'documents', to: '/documents', icon: FileText, key: 'D' },
  { name: 'business', to: '/business', icon: BriefcaseBusiness, key: 'B' },
  { name: 'admin', to: '/admin', icon: ShieldCheck, key: 'A', needs: 'people.manage' },
]
