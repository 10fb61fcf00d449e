import { FileQuestion, Pencil, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePageTitle } from '@/lib/page-title'
import { usePermission } from '@/lib/session'
import { Button, IconButton } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { Pill } from '@/ui/pill'
import type { Field, Kind } from '../model/types'
import { useKind, useKinds, useLabel } from '../model/use-kinds'
import { FieldIcon } from '../parts/kind-icon'
import { KindHead } from './kind-head'

const FieldDialog = lazy(() => import('./field-dialog'))
const KindShown = lazy(() => import('./kind-shown'))

export function FieldsPage({ name }: { name: string }) {
  const { t } = useTranslation(['business', 'common'])
  const kind = useKind(name)
  const mayManage = usePermission('tenant.manage')
  if (!kind || !mayManage) return <Empty icon={FileQuestion} title={t('common:not_found.title')} text={t('kind.unknown')} />
  return <Page key={name} kind={kind} />
}

function Page({ kind }: { kind: Kind }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const [open, setOpen] = useState<Field | 'new' | null>(null)
  usePageTitle(t('fields.title', { kind: label(kind.plural) }))
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-3xl px-4 py-6 sm:px-8">
        <KindHead kind={kind} title={t('fields.title', { kind: label(kind.plural) })} text={t('fields.text')}>
          <Button tone="primary" onClick={() => setOpen('new')}>
            <Plus aria-hidden size={16} />
            {t('fields.add')}
          </Button>
        </KindHead>
        <ul className="overflow-hidden rounded-lg shadow-1">
          {kind.fields.map((field) => (
            <FieldLine key={field.name} field={field} onEdit={field.custom && field.name !== 'title' ? () => setOpen(field) : null} />
          ))}
        </ul>
        <Suspense>{kind.custom && <KindShown kind={kind} />}</Suspense>
        <Suspense>{open && <FieldDialog kind={kind} field={open === 'new' ? null : open} onClose={() => setOpen(null)} />}</Suspense>
      </div>
    </div>
  )
}

function FieldLine({ field, onEdit }: { field: Field; onEdit: (() => void) | null }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const kinds = useKinds()
  const to = field.type === 'link' ? kinds.find(({ name }) => name === field.to) : undefined
  return (
    <li className="flex min-h-12 items-center gap-3 border-b px-4 py-2 last:border-0">
      <FieldIcon type={field.type} size={16} className="shrink-0 text-fg-3" />
      <div className="min-w-0 flex-1">
        <span className="font-medium">{label(field.label)}</span>
        {field.help && <p className="truncate text-xs text-fg-3">{field.custom ? field.help : label(field.help)}</p>}
      </div>
      {field.required && <Pill tone="warn">{t('required')}</Pill>}
      {field.custom && <Pill tone="accent">{t('fields.own')}</Pill>}
      <span className="w-32 shrink-0 truncate text-right text-fg-2">{to ? label(to.label) : t(`type.${field.type}`)}</span>
      <span className="w-7 shrink-0">
        {onEdit && (
          <IconButton label={t('fields.edit', { field: field.label })} size="sm" onClick={onEdit}>
            <Pencil size={14} />
          </IconButton>
        )}
      </span>
    </li>
  )
}
