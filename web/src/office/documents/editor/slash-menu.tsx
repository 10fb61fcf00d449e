import { autoUpdate, computePosition, flip, offset, shift, size } from '@floating-ui/dom'
import type { Editor } from '@tiptap/core'
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { BlockCommand } from './block-commands'
import type { SlashMenuState, SlashMenuStore } from './slash-extension'

const LIST_ID = 'slash-menu'

function useMatches(commands: BlockCommand[], query: string) {
  const { t } = useTranslation('editor')
  const wanted = query.toLowerCase()
  return commands.filter(({ name }) => {
    const words = `${t(`block.${name}`)} ${t(`block.${name}.words`)} ${name}`.toLowerCase().split(/[\s,]+/)
    return wanted === '' || words.some((word) => word.startsWith(wanted))
  })
}

/** Keeps the list beside the cursor while the page scrolls. */
function usePosition(state: SlashMenuState) {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = list.current
    if (!element || !state) return
    const anchor = { getBoundingClientRect: () => state.rect() ?? new DOMRect() }
    const place = async () => {
      const { x, y } = await computePosition(anchor, element, {
        strategy: 'fixed',
        placement: 'bottom-start',
        middleware: [
          offset(6),
          flip({ padding: 8 }),
          shift({ padding: 8 }),
          size({ padding: 8, apply: ({ availableHeight }) => void (element.style.maxHeight = `${Math.min(340, availableHeight)}px`) }),
        ],
      })
      element.style.left = `${x}px`
      element.style.top = `${y}px`
    }
    return autoUpdate(document.body, element, () => void place(), { animationFrame: true })
  }, [state])
  return list
}

/** The focus stays in the text; the editor names the chosen option for screen readers. */
function useAnnouncedOption(editor: Editor, optionId: string | null) {
  useEffect(() => {
    if (!optionId) return
    const { dom } = editor.view
    dom.setAttribute('aria-controls', LIST_ID)
    dom.setAttribute('aria-activedescendant', optionId)
    return () => {
      dom.removeAttribute('aria-controls')
      dom.removeAttribute('aria-activedescendant')
    }
  }, [editor, optionId])
}

type OptionProps = { command: BlockCommand; chosen: boolean; onChoose: () => void; onPoint: () => void }

function SlashOption({ command, chosen, onChoose, onPoint }: OptionProps) {
  const { t } = useTranslation('editor')
  const { name, icon: Icon, hint } = command
  return (
    <div
      id={`slash-${name}`}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      // On press, before the text loses the focus.
      onMouseDown={(event) => {
        event.preventDefault()
        onChoose()
      }}
      onMouseMove={onPoint}
      className="flex h-10 items-center gap-3 rounded-md px-2 aria-selected:bg-selected"
    >
      <span className="flex size-7 shrink-0 items-center justify-center rounded-md bg-surface text-fg-2 shadow-1">
        <Icon aria-hidden size={16} strokeWidth={1.75} />
      </span>
      <span className="flex-1 font-medium">{t(`block.${name}`)}</span>
      {hint && <kbd className="font-mono text-2xs text-fg-3">{hint}</kbd>}
    </div>
  )
}

type SlashMenuListProps = { editor: Editor; store: SlashMenuStore; commands: BlockCommand[] }

export function SlashMenuList({ editor, store, commands }: SlashMenuListProps) {
  const { t } = useTranslation('editor')
  const state = useSyncExternalStore(store.subscribe, () => store.state)
  const matches = useMatches(commands, state?.query ?? '')
  const [index, setIndex] = useState(0)
  const [query, setQuery] = useState('')
  const list = usePosition(state)
  if (state && state.query !== query) {
    setQuery(state.query)
    setIndex(0)
  }
  const chosen = matches[Math.min(index, matches.length - 1)]
  const open = state !== null && chosen !== undefined
  useAnnouncedOption(editor, open ? `slash-${chosen.name}` : null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen, list])
  useEffect(() => {
    store.onKeyDown = ({ key }) => {
      if (!open) return false
      const count = matches.length
      if (key === 'ArrowDown') setIndex((at) => (Math.min(at, count - 1) + 1) % count)
      else if (key === 'ArrowUp') setIndex((at) => (Math.min(at, count - 1) - 1 + count) % count)
      else if (key === 'Enter' || key === 'Tab') state.choose(chosen)
      else return false
      return true
    }
  })
  if (!open) return null
  return (
    <div
      ref={list}
      id={LIST_ID}
      role="listbox"
      aria-label={t('slash.label')}
      className="fixed top-0 left-0 z-50 w-72 overflow-y-auto rounded-lg bg-raised p-1 shadow-2"
    >
      {matches.map((command, at) => (
        <SlashOption
          key={command.name}
          command={command}
          chosen={command === chosen}
          onChoose={() => state.choose(command)}
          onPoint={() => setIndex(at)}
        />
      ))}
    </div>
  )
}
