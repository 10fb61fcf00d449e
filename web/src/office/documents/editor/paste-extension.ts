import { Extension, type Editor } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { cleanPastedHtml, looksLikeMarkdown, type EmbeddedImage } from './clean-paste'
import { insertImages, startUpload, type Uploader } from './uploads'

const imagesOf = (data: DataTransfer | null) => [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'))

async function pasteMarkdown(editor: Editor, text: string) {
  const { parseMarkdown } = await import('./markdown')
  if (!editor.isDestroyed) editor.chain().focus().insertContent(parseMarkdown(text)).run()
}

function handlePaste(editor: Editor, uploader: Uploader, event: ClipboardEvent) {
  const data = event.clipboardData
  const files = imagesOf(data)
  const html = data?.getData('text/html') ?? ''
  // Office programs put a picture of the text beside the text: the text wins.
  if (files.length > 0 && !/<(p|table|li|h\d)\b/i.test(html)) {
    insertImages(editor, uploader, files)
    return true
  }
  const text = data?.getData('text/plain') ?? ''
  if (html || !looksLikeMarkdown(text) || editor.isActive('codeBlock')) return false
  void pasteMarkdown(editor, text)
  return true
}

/** Everything that arrives by paste or drop: images, foreign HTML, Markdown. */
export const PasteAndDrop = Extension.create<{ uploader: Uploader | null }>({
  name: 'pasteAndDrop',
  addOptions: () => ({ uploader: null }),
  addProseMirrorPlugins() {
    const { editor } = this
    const { uploader } = this.options
    if (!uploader) return []
    const upload = ({ id, file }: EmbeddedImage) => void startUpload(editor, uploader, id, file)
    return [
      new Plugin({
        props: {
          handlePaste: (_view, event) => handlePaste(editor, uploader, event),
          handleDrop(view, event) {
            const files = imagesOf(event.dataTransfer)
            if (files.length === 0) return false
            event.preventDefault()
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY })
            insertImages(editor, uploader, files, place?.pos)
            return true
          },
          transformPastedHTML(html) {
            const cleaned = cleanPastedHtml(html, window.location.origin)
            // After the paste itself, when the nodes are in the document.
            if (cleaned.images.length > 0) setTimeout(() => cleaned.images.forEach(upload))
            return cleaned.html
          },
        },
      }),
    ]
  },
})
