import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { SelectField } from '@/ui/field'
import { notify } from '@/ui/toast'
import { kindsQuery, putKind } from '../model/api'
import type { Kind } from '../model/types'

/** Which of its fields make a board and a calendar of a type of one's own. */
export default function KindShown({ kind }: { kind: Kind }) {
  const { t } = useTranslation('business')
  const client = useQueryClient()
  const problemText = useProblemText()
  const boards = kind.fields.filter(({ type }) => type === 'choice' || type === 'link')
  const days = kind.fields.filter(({ type }) => type === 'date' || type === 'datetime')
  async function put(change: { board?: string | null; days?: string[] }) {
    const { label, plural, help = '', icon, states, board } = kind
    try {
      await putKind(kind.name, { label, plural, help, icon, states, board: board ?? null, days: kind.days, ...change })
      await client.invalidateQueries({ queryKey: kindsQuery.queryKey })
      notify(t('kind.changed'))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  const setDay = (place: number, name: string) => {
    const [first = '', second = ''] = kind.days
    const next = place === 0 ? [name, second] : [first, name]
    void put({ days: next.filter((one) => one !== '') })
  }
  if (boards.length === 0 && days.length === 0) return null
  return (
    <section aria-labelledby="kind-shown" className="mt-8">
      <h2 id="kind-shown" className="mb-3 font-semibold">{t('kind.shown')}</h2>
      <div className="grid gap-4 sm:grid-cols-3">
        <SelectField label={t('kind.board')} value={kind.board ?? ''} onChange={(event) => void put({ board: event.target.value || null })}>
          <option value="">{t('kind.none')}</option>
          {boards.map((field) => (
            <option key={field.name} value={field.name}>{field.label}</option>
          ))}
        </SelectField>
        {[0, 1].map((place) => (
          <SelectField key={place} label={place === 0 ? t('kind.from') : t('kind.to')} value={kind.days[place] ?? ''} disabled={place === 1 && kind.days.length === 0} onChange={(event) => setDay(place, event.target.value)}>
            <option value="">{t('kind.none')}</option>
            {days.map((field) => (
              <option key={field.name} value={field.name}>{field.label}</option>
            ))}
          </SelectField>
        ))}
      </div>
    </section>
  )
}
