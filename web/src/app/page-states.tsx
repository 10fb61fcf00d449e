import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { CloudOff, FileQuestion, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api/problem'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'

export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('common')
  const problemText = useProblemText()
  const router = useRouter()
  const unreachable = error instanceof Problem && error.unreachable
  function retry() {
    reset()
    void router.invalidate()
  }
  return (
    <main className="flex min-h-full items-center justify-center" role="alert">
      <Empty icon={unreachable ? CloudOff : TriangleAlert} title={t('error.title')} text={problemText(error)}>
        <Button tone="primary" onClick={retry}>
          {t('retry')}
        </Button>
      </Empty>
    </main>
  )
}

export function PageNotFound() {
  const { t } = useTranslation('common')
  return (
    <main className="flex min-h-full items-center justify-center">
      <Empty icon={FileQuestion} title={t('not_found.title')} text={t('not_found.text')}>
        <Button tone="primary" onClick={() => window.history.back()}>
          {t('back')}
        </Button>
        <Link to="/" className="inline-flex h-8 items-center rounded-md px-3 font-medium text-accent-text hover:bg-hover">
          {t('nav.home')}
        </Link>
      </Empty>
    </main>
  )
}

export function PagePending() {
  const { t } = useTranslation('common')
  return <PageSpinner label={t('loading')} />
}
