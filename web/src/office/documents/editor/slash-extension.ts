import { Extension, type Editor } from '@tiptap/core'
import { Suggestion, type SuggestionProps } from '@tiptap/suggestion'
import type { BlockCommand } from './block-commands'

export type SlashMenuState = {
  query: string
  rect: () => DOMRect | null
  choose: (command: BlockCommand) => void
} | null

/** Joins the ProseMirror plugin, which sees the keys, with the React list, which shows the choice. */
export class SlashMenuStore {
  state: SlashMenuState = null
  onKeyDown: (event: KeyboardEvent) => boolean = () => false
  #listeners = new Set<() => void>()

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(state: SlashMenuState) {
    this.state = state
    for (const listener of this.#listeners) listener()
  }
}

type Props = SuggestionProps<BlockCommand, BlockCommand>

function show(store: SlashMenuStore, { query, clientRect, command }: Props) {
  store.set({ query, rect: () => clientRect?.() ?? null, choose: command })
}

/** "/" at the start of a block or after a space opens the list of blocks. */
export const SlashMenu = Extension.create<{ store: SlashMenuStore | null }>({
  name: 'slashMenu',
  addOptions: () => ({ store: null }),
  addProseMirrorPlugins() {
    const { store } = this.options
    if (!store) return []
    return [
      Suggestion<BlockCommand, BlockCommand>({
        editor: this.editor,
        char: '/',
        allow: ({ editor }: { editor: Editor }) => !editor.isActive('codeBlock') && !editor.isActive('code'),
        command: ({ editor, range, props }) => {
          editor.chain().focus().deleteRange(range).run()
          props.run(editor)
        },
        render: () => ({
          onStart: (props) => show(store, props),
          onUpdate: (props) => show(store, props),
          onKeyDown: ({ event }) => store.onKeyDown(event),
          onExit: () => store.set(null),
        }),
      }),
    ]
  },
})
