import { type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordCommand } from '@/lib/api/types'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { fieldsOfCommand } from '../model/command-fields'
import { titleOf, type Fields, type Kind, type Rec } from '../model/types'
import { useDraft } from '../model/use-draft'
import { useLabel } from '../model/use-kinds'
import { FormField } from '../parts/form-field'

type DialogProps = { kind: Kind; record: Rec; command: RecordCommand; busy: boolean; onClose: () => void; onRun: (params: Fields) => void }

/** What a command asks before it runs. */
export default function CommandDialog({ kind, record, command, busy, onClose, onRun }: DialogProps) {
  const { t } = useTranslation(['business', 'common'])
  const label = useLabel()
  const { fields: params, latest, set } = useDraft({})
  const fields = fieldsOfCommand(command)
  function submit(event: FormEvent) {
    event.preventDefault()
    // The field that has the focus keeps its text first.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    onRun(latest.current)
  }
  return (
    <Dialog open onClose={onClose} title={label(command.label)} description={titleOf(kind, record)} closeLabel={t('common:close')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {fields.map((field, index) => (
          <FormField key={field.name} field={field} value={params[field.name]} autoFocus={index === 0} onChange={(value) => set(field.name, value)} />
        ))}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" tone="primary" busy={busy}>
            {label(command.label)}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
