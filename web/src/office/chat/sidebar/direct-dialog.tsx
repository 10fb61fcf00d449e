import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { PeoplePicker } from '../people/people-picker'
import { useOpenDirect } from '../use-open-direct'

export default function DirectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'common'])
  const [members, setMembers] = useState<string[]>([])
  const openDirect = useOpenDirect()
  return (
    <Dialog open onClose={onClose} title={t('new_message')} description={t('new_message.text')} closeLabel={t('common:close')}>
      <PeoplePicker autoFocus label={t('people')} chosen={members} onChange={setMembers} />
      <div className="mt-4 flex justify-end">
        <Button
          tone="primary"
          disabled={members.length === 0}
          onClick={() => {
            onClose()
            void openDirect(members)
          }}
        >
          {t('profile.message')}
        </Button>
      </div>
    </Dialog>
  )
}
