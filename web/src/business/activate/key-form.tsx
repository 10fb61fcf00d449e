import { KeyRound } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { TextField } from '@/ui/field'
import { isOperator } from './platform'

/** The key of the platform: it stays in the memory of this page. */
export function KeyForm({ onKey }: { onKey: (key: string) => void }) {
  const { t } = useTranslation('activate')
  const problemText = useProblemText()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim()
    setBusy(true)
    setProblem(null)
    try {
      if (await isOperator(key)) return onKey(key)
      setProblem(t('key.wrong'))
    } catch (error) {
      setProblem(problemText(error))
    }
    setBusy(false)
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="mx-auto flex max-w-md flex-col gap-4 rounded-xl bg-surface p-6 shadow-2">
      <span className="flex size-11 items-center justify-center rounded-xl bg-accent-soft text-accent-text">
        <KeyRound aria-hidden size={20} strokeWidth={1.75} />
      </span>
      <div>
        <h2 className="text-lg font-semibold">{t('key')}</h2>
        <p className="mt-1 text-pretty text-fg-3">{t('key.text')}</p>
      </div>
      <TextField label={t('key.label')} name="key" type="password" autoComplete="off" spellCheck={false} required autoFocus error={problem} className="h-10 font-mono" />
      <Button type="submit" tone="primary" size="lg" busy={busy}>{t('key.submit')}</Button>
    </form>
  )
}
