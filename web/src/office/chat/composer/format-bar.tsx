import { Bold, Code, Italic, Link, List, ListOrdered, Quote, SquareCode, Strikethrough, type LucideIcon } from 'lucide-react'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/button'
import { fence, link, prefixLines, wrap } from './edit-text'

type Tool = { name: 'bold' | 'italic' | 'strike' | 'code' | 'block' | 'link' | 'quote' | 'bullets' | 'numbers'; icon: LucideIcon; keys?: string[]; run: (field: HTMLTextAreaElement) => void }

const TOOLS: Tool[] = [
  { name: 'bold', icon: Bold, keys: ['Mod', 'B'], run: (field) => wrap(field, '**') },
  { name: 'italic', icon: Italic, keys: ['Mod', 'I'], run: (field) => wrap(field, '_') },
  { name: 'strike', icon: Strikethrough, keys: ['Mod', 'Shift', 'X'], run: (field) => wrap(field, '~~') },
  { name: 'link', icon: Link, keys: ['Mod', 'Shift', 'U'], run: link },
  { name: 'bullets', icon: List, run: (field) => prefixLines(field, () => '- ') },
  { name: 'numbers', icon: ListOrdered, run: (field) => prefixLines(field, (index) => `${index + 1}. `) },
  { name: 'quote', icon: Quote, run: (field) => prefixLines(field, () => '> ') },
  { name: 'code', icon: Code, keys: ['Mod', 'E'], run: (field) => wrap(field, '`') },
  { name: 'block', icon: SquareCode, run: fence },
]

export function FormatBar({ field }: { field: RefObject<HTMLTextAreaElement | null> }) {
  const { t } = useTranslation('chat')
  return (
    <div role="toolbar" aria-label={t('format')} className="flex items-center overflow-x-auto border-b px-1 py-0.5">
      {TOOLS.map(({ name, icon: Icon, keys, run }) => (
        <IconButton
          key={name}
          label={t(`format.${name}`)}
          keys={keys}
          size="sm"
          side="top"
          // The field keeps its selection.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => field.current && run(field.current)}
        >
          <Icon size={15} strokeWidth={1.75} />
        </IconButton>
      ))}
    </div>
  )
}
