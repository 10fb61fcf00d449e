import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ArrowRight, CircleAlert } from 'lucide-react'
import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '@/lib/api/client'
import { Problem } from '@/lib/api/problem'
import { LANGUAGES, setLanguage, type Language } from '@/lib/i18n'
import { useLanguage, useProblemText } from '@/lib/i18n/hooks'
import { usePageTitle } from '@/lib/page-title'
import { sessionQuery } from '@/lib/session'
import { Button } from '@/ui/button'
import { InlineSelect, SelectField, TextField } from '@/ui/field'
import { Logo } from '@/ui/logo'

function useSignIn(next: string | undefined) {
  const client = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: async (body: { email: string; password: string; tenant?: string }) => {
      await unwrap(api.POST('/api/v1/auth/sign-in', { body }))
      client.clear()
      await client.fetchQuery(sessionQuery)
    },
    onSuccess: () => router.history.push(next ?? '/'),
  })
}

function useSignInError(error: Error | null) {
  const { t } = useTranslation('signin')
  const problemText = useProblemText()
  if (!error) return null
  if (error instanceof Problem && error.status === 401) return t('wrong')
  if (error instanceof Problem && error.code === 'choose_tenant') return null
  return problemText(error)
}

function SignInForm({ next }: { next?: string }) {
  const { t } = useTranslation('signin')
  const signIn = useSignIn(next)
  const errorText = useSignInError(signIn.error)
  const tenants = signIn.error instanceof Problem ? signIn.error.tenants : []
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const tenant = String(form.get('tenant') ?? '')
    signIn.mutate({
      email: String(form.get('email')).trim(),
      password: String(form.get('password')),
      ...(tenant ? { tenant } : {}),
    })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {errorText && (
        <p role="alert" className="flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
          <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
          {errorText}
        </p>
      )}
      <TextField label={t('email')} name="email" type="email" autoComplete="username" required autoFocus placeholder={t('email_example')} className="h-10" />
      <TextField label={t('password')} name="password" type="password" autoComplete="current-password" required className="h-10" />
      {tenants.length > 0 && (
        <SelectField label={t('tenant')} hint={t('tenant_hint')} name="tenant" autoFocus className="h-10">
          {tenants.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <Button type="submit" tone="primary" size="lg" busy={signIn.isPending} className="mt-1 w-full">
        {t('submit')}
        <ArrowRight aria-hidden size={16} strokeWidth={2} />
      </Button>
    </form>
  )
}

export function SignInPage({ next }: { next?: string }) {
  const { t } = useTranslation('signin')
  const language = useLanguage()
  usePageTitle(t('title'))
  return (
    <main className="flex min-h-full flex-col items-center justify-center bg-[radial-gradient(60rem_30rem_at_50%_-8rem,var(--accent-soft),transparent)] p-4">
      <div className="w-full max-w-[22rem] animate-rise">
        <Logo className="mx-auto size-12 drop-shadow-sm" />
        <h1 className="mt-5 text-center text-2xl font-semibold tracking-tight">{t('title')}</h1>
        <p className="mt-1 mb-6 text-center text-base text-fg-3">{t('subtitle')}</p>
        <div className="rounded-xl bg-surface p-6 shadow-2">
          <SignInForm next={next} />
        </div>
        <p className="mt-4 text-center text-xs text-pretty text-fg-3">{t('help')}</p>
        <div className="mt-6 flex justify-center">
          <InlineSelect aria-label={t('language')} value={language} onChange={(event) => void setLanguage(event.target.value as Language)}>
            {LANGUAGES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </InlineSelect>
        </div>
      </div>
    </main>
  )
}
