import type { Editor } from '@tiptap/core'
import { NodeSelection } from '@tiptap/pm/state'
import { CellSelection } from '@tiptap/pm/tables'
import { useEditorState } from '@tiptap/react'
import { Link2, Link2Off } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { InlineSelect } from '@/ui/field'
import { TEXT_BLOCKS, type BlockName } from './block-commands'
import { normalLink } from './link'
import { FloatingBar } from './floating-bar'
import { MARKS } from './marks'
import { ToolButton, ToolSeparator } from './tool-button'

function useActive(editor: Editor) {
  return useEditorState({
    editor,
    selector: ({ editor: current }) => ({
      marks: MARKS.filter(({ name }) => current.isActive(name)).map(({ name }) => name),
      block: TEXT_BLOCKS.findLast((block) => block.isActive?.(current))?.name ?? 'text',
      link: String(current.getAttributes('link').href ?? ''),
    }),
  })
}

function BlockSelect({ editor, block }: { editor: Editor; block: BlockName }) {
  const { t } = useTranslation('editor')
  return (
    <InlineSelect
      aria-label={t('turn_into')}
      value={block}
      onChange={(event) => TEXT_BLOCKS.find(({ name }) => name === event.target.value)?.run(editor)}
      className="h-8 text-xs font-medium"
    >
      {TEXT_BLOCKS.map(({ name }) => (
        <option key={name} value={name}>
          {t(`block.${name}`)}
        </option>
      ))}
    </InlineSelect>
  )
}

function LinkField({ editor, href, onDone }: { editor: Editor; href: string; onDone: () => void }) {
  const { t } = useTranslation('editor')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  function apply(text: string) {
    const link = normalLink(text)
    const chain = editor.chain().focus().extendMarkRange('link')
    if (link) chain.setLink({ href: link }).run()
    else chain.unsetLink().run()
    onDone()
  }
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    event.stopPropagation()
    if (event.key === 'Escape') {
      onDone()
      editor.commands.focus()
    }
    if (event.key !== 'Enter') return
    event.preventDefault()
    apply(event.currentTarget.value)
  }
  return (
    <div className="flex items-center gap-1">
      <input
        ref={field}
        defaultValue={href}
        aria-label={t('link.address')}
        placeholder={t('link.placeholder')}
        onKeyDown={onKeyDown}
        className="h-8 w-60 rounded-md bg-press px-2.5 outline-none"
      />
      {href && <ToolButton icon={Link2Off} label={t('link.remove')} onClick={() => apply('')} />}
    </div>
  )
}

type TextToolbarProps = { editor: Editor; linkOpen: boolean; onLink: (open: boolean) => void }

/** Floats over selected text. Alt+F10 brings the keyboard into it, Escape back. */
export function TextToolbar({ editor, linkOpen, onLink }: TextToolbarProps) {
  const { t } = useTranslation('editor')
  const { marks, block, link } = useActive(editor)
  return (
    <FloatingBar
      editor={editor}
      name="textToolbar"
      placement="top"
      label={t('toolbar')}
      // A phone has the bar below the text; only the field for an address has no place there.
      className={linkOpen ? undefined : 'max-sm:hidden'}
      shouldShow={({ state, view, element }) => {
        const { selection } = state
        if (selection instanceof NodeSelection || selection instanceof CellSelection) return false
        if (editor.isActive('codeBlock')) return false
        const focused = view.hasFocus() || element.contains(document.activeElement)
        return editor.isEditable && focused && (!selection.empty || linkOpen)
      }}
    >
      {linkOpen ? (
        <LinkField editor={editor} href={link} onDone={() => onLink(false)} />
      ) : (
        <>
          <BlockSelect editor={editor} block={block} />
          <ToolSeparator />
          {MARKS.map(({ name, icon, keys, toggle }) => (
            <ToolButton key={name} icon={icon} label={t(`mark.${name}`)} keys={keys} active={marks.includes(name)} onClick={() => toggle(editor)} />
          ))}
          <ToolSeparator />
          <ToolButton icon={Link2} label={t('link')} keys={['Mod', 'Alt', 'K']} active={link !== ''} onClick={() => onLink(true)} />
        </>
      )}
    </FloatingBar>
  )
}
