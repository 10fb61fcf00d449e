import type { Editor } from '@tiptap/core'
import { useEffect, useState } from 'react'

export type Heading = { pos: number; level: number; text: string }
export type DocumentFacts = { headings: Heading[]; words: number; characters: number }

const SETTLE_MS = 300
const NOTHING: DocumentFacts = { headings: [], words: 0, characters: 0 }

export function countWords(text: string, language: string) {
  let words = 0
  for (const { isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(text)) if (isWordLike) words += 1
  return words
}

function read(editor: Editor, language: string): DocumentFacts {
  const headings: Heading[] = []
  editor.state.doc.forEach((node, pos) => {
    if (node.type.name === 'heading' && node.textContent) headings.push({ pos, level: Number(node.attrs.level), text: node.textContent })
  })
  const text = editor.state.doc.textBetween(0, editor.state.doc.content.size, '\n')
  return { headings, words: countWords(text, language), characters: text.replaceAll('\n', '').length }
}

/** Headings and counts, a moment after the typing stops: never on the path of a key press. */
export function useDocumentFacts(editor: Editor, language: string): DocumentFacts {
  const [facts, setFacts] = useState(NOTHING)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => setFacts(read(editor, language))
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(refresh, SETTLE_MS)
    }
    refresh()
    editor.on('update', later)
    return () => {
      clearTimeout(timer)
      editor.off('update', later)
    }
  }, [editor, language])
  return facts
}
