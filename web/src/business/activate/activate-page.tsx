import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, setLanguage, type Language } from '@/lib/i18n'
import { useLanguage } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { InlineSelect } from '@/ui/field'
import { Logo } from '@/ui/logo'
import { PageSpinner } from '@/ui/spinner'
import { KeyForm } from './key-form'
import { isOperator, type Key } from './platform'
import { Wizard } from './wizard'

/** For the operator of an installation: a new business, from a few questions to people who sign in. */
export function ActivatePage() {
  const { t } = useTranslation(['activate', 'common'])
  const language = useLanguage()
  // Undefined until it is known whether the session of the browser is good enough.
  const [key, setKey] = useState<Key | undefined>(undefined)
  const [asking, setAsking] = useState(false)
  usePageTitle(t('title'))
  useEffect(() => {
    let gone = false
    isOperator(null).then(
      (good) => !gone && (good ? setKey(null) : setAsking(true)),
      () => !gone && setAsking(true),
    )
    return () => {
      gone = true
    }
  }, [])
  return (
    <main className="h-dvh overflow-y-auto bg-[radial-gradient(60rem_30rem_at_50%_-8rem,var(--accent-soft),transparent)] px-4 py-6 sm:px-8 sm:py-10">
      <div className="mx-auto max-w-3xl">
        <header className="mb-6 flex items-center gap-3.5">
          <Logo className="size-10 shrink-0 drop-shadow-sm" />
          <div className="min-w-0 flex-1">
            <h1 className="text-2xl font-semibold tracking-tight">{t('title')}</h1>
            <p className="text-fg-3">{t('subtitle')}</p>
          </div>
          <InlineSelect aria-label={t('language')} value={language} onChange={(event) => void setLanguage(event.target.value as Language)}>
            {LANGUAGES.map(({ value, label }) => (
              <option key={value} value={value}>{label}</option>
            ))}
          </InlineSelect>
        </header>
        {key !== undefined && <Wizard operatorKey={key} />}
        {key === undefined && asking && <KeyForm onKey={setKey} />}
        {key === undefined && !asking && <PageSpinner label={t('common:loading')} />}
      </div>
    </main>
  )
}
