import { Image as BaseImage } from '@tiptap/extension-image'
import { NodeViewWrapper, ReactNodeViewRenderer, type ReactNodeViewProps } from '@tiptap/react'
import { ImageOff, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { Spinner } from '@/ui/spinner'
import { useUploadPreview } from './uploads'

const WIDTHS = [
  { value: 40, name: 'small' },
  { value: 70, name: 'medium' },
  { value: 100, name: 'full' },
] as const

function ImageTools({ node, updateAttributes, deleteNode }: Pick<ReactNodeViewProps, 'node' | 'updateAttributes' | 'deleteNode'>) {
  const { t } = useTranslation('editor')
  const alt = String(node.attrs.alt ?? '')
  return (
    <div className="image-tools no-print" contentEditable={false}>
      {WIDTHS.map(({ value, name }) => (
        <button
          key={name}
          type="button"
          aria-pressed={(node.attrs.width ?? 100) === value}
          onClick={() => updateAttributes({ width: value })}
          className="h-7 rounded-md px-2 text-xs font-medium text-fg-2 hover:bg-hover aria-pressed:bg-selected aria-pressed:text-accent-text"
        >
          {t(`image.${name}`)}
        </button>
      ))}
      <input
        aria-label={t('image.alt')}
        placeholder={t('image.alt')}
        defaultValue={alt}
        onKeyDown={(event) => event.stopPropagation()}
        onBlur={(event) => event.target.value !== alt && updateAttributes({ alt: event.target.value })}
        className="h-7 w-44 min-w-0 flex-1 rounded-md bg-press px-2 text-xs outline-none"
      />
      <button type="button" aria-label={t('image.remove')} onClick={deleteNode} className="flex size-7 items-center justify-center rounded-md text-fg-2 hover:bg-hover">
        <Trash2 size={15} strokeWidth={1.75} />
      </button>
    </div>
  )
}

function Placeholder({ broken }: { broken: boolean }) {
  const { t } = useTranslation('editor')
  return (
    <div className="flex h-32 items-center justify-center gap-2 rounded-lg bg-sunken text-sm text-fg-3">
      {broken ? <ImageOff aria-hidden size={18} /> : <Spinner />}
      {broken ? t('image.broken') : t('image.waiting')}
    </div>
  )
}

function ImageView({ node, selected, editor, updateAttributes, deleteNode }: ReactNodeViewProps) {
  const { t } = useTranslation('editor')
  const uploadId = node.attrs.uploadId as string | null
  const preview = useUploadPreview(uploadId)
  const [broken, setBroken] = useState(false)
  const source = (node.attrs.src as string | null) ?? preview
  return (
    <NodeViewWrapper className="image-node" data-drag-handle="">
      <div className={cn('image-frame', selected && 'is-selected')} style={{ width: `${Number(node.attrs.width ?? 100)}%` }}>
        {source && !broken ? (
          <img
            src={source}
            alt={String(node.attrs.alt ?? '')}
            loading="lazy"
            draggable={false}
            onError={() => setBroken(true)}
            className={node.attrs.src ? '' : 'opacity-60'}
          />
        ) : (
          <Placeholder broken={broken} />
        )}
        {preview && !node.attrs.src && (
          <span role="status" className="absolute top-2 left-2 flex items-center gap-1.5 rounded-full bg-raised px-2 py-1 text-xs shadow-2">
            <Spinner className="size-3.5" />
            {t('image.uploading')}
          </span>
        )}
        {selected && editor.isEditable && <ImageTools node={node} updateAttributes={updateAttributes} deleteNode={deleteNode} />}
      </div>
    </NodeViewWrapper>
  )
}

function percent(element: HTMLElement) {
  const width = Number(element.dataset.width)
  return width >= 10 && width <= 100 ? width : null
}

export const Image = BaseImage.extend({
  addAttributes() {
    return {
      src: { default: null },
      alt: { default: null },
      title: { default: null },
      width: {
        default: null,
        parseHTML: percent,
        renderHTML: ({ width }) => (width ? { 'data-width': width } : {}),
      },
      uploadId: {
        default: null,
        parseHTML: (element) => element.dataset.uploadId ?? null,
        renderHTML: ({ uploadId }) => (uploadId ? { 'data-upload-id': uploadId } : {}),
      },
    }
  },
  parseHTML: () => [{ tag: 'img[src]:not([src^="data:"])' }, { tag: 'img[data-upload-id]' }],
  addNodeView: () => ReactNodeViewRenderer(ImageView),
})
