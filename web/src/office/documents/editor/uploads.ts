import type { Editor } from '@tiptap/core'
import { useSyncExternalStore } from 'react'

export const MAX_FILE_BYTES = 25 * 1024 * 1024
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/svg+xml']

export type Uploader = {
  upload: (file: File) => Promise<{ url: string; name: string }>
  /** Tells the person why a file did not go up. */
  refuse: (reason: 'type' | 'size' | 'failed', error?: unknown) => void
}

// The document holds an image node with this id from the start; the bytes wait here, in the tab that
// has them, until the server gives them an address. Others see a placeholder meanwhile.
const previews = new Map<string, string>()
const listeners = new Set<() => void>()

function publish() {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The local picture of an image that is still going up, in the tab that uploads it. */
export const useUploadPreview = (id: string | null) =>
  useSyncExternalStore(subscribe, () => (id ? (previews.get(id) ?? null) : null))

function findUpload(editor: Editor, id: string) {
  let found: { pos: number; size: number } | null = null
  editor.state.doc.descendants((node, pos) => {
    if (node.attrs.uploadId === id) found = { pos, size: node.nodeSize }
    return found === null
  })
  return found as { pos: number; size: number } | null
}

function settleUpload(editor: Editor, id: string, attributes: { src: string; alt: string } | null) {
  const preview = previews.get(id)
  const place = editor.isDestroyed ? null : findUpload(editor, id)
  if (place) {
    const node = editor.state.doc.nodeAt(place.pos)
    const { tr } = editor.state
    if (attributes && node) tr.setNodeMarkup(place.pos, undefined, { ...node.attrs, ...attributes, uploadId: null })
    else tr.delete(place.pos, place.pos + place.size)
    editor.view.dispatch(tr.setMeta('addToHistory', false))
  }
  previews.delete(id)
  if (preview) URL.revokeObjectURL(preview)
  publish()
}

/** Sends the bytes of an image node that is already in the document. */
export async function startUpload(editor: Editor, uploader: Uploader, id: string, file: File) {
  previews.set(id, URL.createObjectURL(file))
  publish()
  try {
    const { url, name } = await uploader.upload(file)
    settleUpload(editor, id, { src: url, alt: name.replace(/\.\w+$/, '') })
  } catch (error) {
    settleUpload(editor, id, null)
    uploader.refuse('failed', error)
  }
}

function fault(file: File) {
  if (!IMAGE_TYPES.includes(file.type)) return 'type'
  return file.size > MAX_FILE_BYTES ? 'size' : null
}

/** Puts images into the document at a place (or the selection) and uploads them. */
export function insertImages(editor: Editor, uploader: Uploader, files: File[], at?: number) {
  const accepted = files.filter((file) => {
    const reason = fault(file)
    if (reason) uploader.refuse(reason)
    return !reason
  })
  const images = accepted.map((file) => ({ file, id: crypto.randomUUID() }))
  if (images.length === 0) return
  const nodes = images.map(({ id }) => ({ type: 'image', attrs: { uploadId: id } }))
  if (at === undefined) editor.chain().focus().insertContent(nodes).run()
  else editor.chain().focus().insertContentAt(at, nodes).run()
  for (const { file, id } of images) void startUpload(editor, uploader, id, file)
}

export function pickImages(editor: Editor, uploader: Uploader) {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = IMAGE_TYPES.join(',')
  input.multiple = true
  input.addEventListener('change', () => insertImages(editor, uploader, [...(input.files ?? [])]))
  input.click()
}
