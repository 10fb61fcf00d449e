import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { TextField } from '@/ui/field'
import { setPreferencesOf } from './move-room'
import { useSectionChange } from './use-section-change'

/** Names a new section, or an old one anew. A room may go into it at once. */
export function SectionDialog({ name, room, onClose }: { name?: string; room?: string; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const [text, setText] = useState(name ?? '')
  const { add, rename } = useSectionChange()
  async function save() {
    const next = text.trim()
    if (!next) return
    onClose()
    await (name ? rename(name, next) : add(next))
    if (room) await setPreferencesOf(room, { section: next, starred: false })
  }
  return (
    <Dialog open onClose={onClose} title={name ? t('section.rename') : t('section.new')} closeLabel={t('common:close')}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextField autoFocus label={t('section.name')} maxLength={40} value={text} onChange={(event) => setText(event.target.value)} />
        <Button type="submit" tone="primary" className="self-end" disabled={!text.trim()}>{t('common:save')}</Button>
      </form>
    </Dialog>
  )
}
