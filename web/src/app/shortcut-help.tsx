import { useTranslation } from 'react-i18next'
import { setLetterShortcuts, useLetterShortcuts } from '@/lib/shortcuts'
import { Dialog } from '@/ui/dialog'
import { Keys } from '@/ui/kbd'

const GROUPS = [
  {
    title: 'everywhere',
    rows: [
      ['palette', ['Mod', 'K']],
      ['new', ['C']],
      ['home', ['G', 'H']],
      ['chat', ['G', 'C']],
      ['documents', ['G', 'D']],
      ['business', ['G', 'B']],
      ['admin', ['G', 'A']],
      ['help', ['?']],
    ],
  },
  {
    title: 'list',
    rows: [
      ['move', ['↑', '↓']],
      ['open', ['Enter']],
      ['rename', ['F2']],
      ['trash', ['Delete']],
    ],
  },
  {
    title: 'editor',
    rows: [
      ['slash', ['/']],
      ['bold', ['Mod', 'B']],
      ['link', ['Mod', 'Alt', 'K']],
      ['heading', ['Mod', 'Alt', '1']],
      ['tasks', ['Mod', 'Shift', '9']],
      ['move', ['Alt', '↑ ↓']],
      ['toolbar', ['Alt', 'F10']],
      ['undo', ['Mod', 'Z']],
      ['redo', ['Mod', 'Shift', 'Z']],
      ['version', ['Mod', 'S']],
    ],
  },
  {
    title: 'chat',
    rows: [
      ['move', ['↑', '↓']],
      ['last', ['↑']],
      ['reply', ['R']],
      ['react', ['+']],
      ['edit', ['E']],
      ['quote', ['Q', 'F']],
      ['pin', ['P', 'S']],
      ['unread', ['U']],
      ['link', ['L', 'T']],
    ],
  },
  {
    title: 'business',
    rows: [
      ['new', ['N']],
      ['find', ['/']],
      ['views', ['1', '2', '3']],
      ['edit', ['Enter']],
      ['open', ['O']],
      ['select', ['Space']],
      ['undo', ['Z']],
    ],
  },
] as const

export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['shell', 'common'])
  const letters = useLetterShortcuts()
  return (
    <Dialog open onClose={onClose} wide title={t('common:shortcuts')} closeLabel={t('common:close')}>
      <div className="gap-8 sm:columns-2">
        {GROUPS.map(({ title, rows }) => (
          <section key={title} aria-label={t(`keys.${title}`)} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 text-xs font-medium text-fg-3">{t(`keys.${title}`)}</h3>
            <dl>
              {rows.map(([name, keys]) => (
                <div key={name} className="flex h-8 items-center justify-between gap-3">
                  <dt>{t(`keys.${title}.${name}` as 'keys.list.open')}</dt>
                  <dd>
                    <Keys keys={[...keys]} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="mt-4 flex items-center gap-2.5 border-t pt-4">
        <input type="checkbox" className="size-4 accent-(--accent)" checked={letters} onChange={(event) => setLetterShortcuts(event.target.checked)} />
        {t('keys.letters')}
      </label>
    </Dialog>
  )
}
