import type { Editor } from '@tiptap/core'
import { BubbleMenuPlugin, type BubbleMenuPluginProps } from '@tiptap/extension-bubble-menu'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { cn } from '@/ui/cn'
import { TOOLBAR_CLASS } from './tool-button'

type FloatingBarProps = {
  editor: Editor
  name: string
  label: string
  placement: 'top' | 'top-start'
  /** What to float above; the selection if absent. */
  rect?: (editor: Editor) => DOMRect
  shouldShow: NonNullable<BubbleMenuPluginProps['shouldShow']>
  className?: string
  children: ReactNode
}

const DELAY_MS = 80
/** The bars above the text, which a floating bar must not cover. */
const HEADER_PX = 100

/** A toolbar that floats over the text while it is wanted. */
export function FloatingBar({ editor, name, label, placement, rect, shouldShow, className, children }: FloatingBarProps) {
  const [element] = useState(() => {
    const bar = document.createElement('div')
    bar.style.position = 'absolute'
    bar.style.visibility = 'hidden'
    return bar
  })
  const latest = useRef({ rect, shouldShow })
  useEffect(() => {
    latest.current = { rect, shouldShow }
  })
  useEffect(() => {
    element.className = cn(TOOLBAR_CLASS, className)
    element.setAttribute('role', 'toolbar')
    element.setAttribute('aria-label', label)
    element.dataset.toolbar = name
  }, [element, label, name, className])
  useEffect(() => {
    if (editor.isDestroyed) return
    const plugin = BubbleMenuPlugin({
      editor,
      element,
      pluginKey: name,
      updateDelay: DELAY_MS,
      options: { placement, offset: 8, flip: { padding: { top: HEADER_PX } }, shift: { padding: 8 } },
      shouldShow: (props) => latest.current.shouldShow(props),
      getReferencedVirtualElement() {
        const { rect: read } = latest.current
        return read ? { getBoundingClientRect: () => read(editor) } : null
      },
    })
    editor.registerPlugin(plugin)
    return () => {
      if (!editor.isDestroyed) editor.unregisterPlugin(name)
      element.remove()
    }
  }, [editor, element, name, placement])
  return createPortal(children, element)
}
