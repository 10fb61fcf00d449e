import { useTranslation } from 'react-i18next'
import { Problem } from '../api/problem'

export const useLanguage = () => useTranslation().i18n.resolvedLanguage ?? 'en'

/** For dates and numbers: the person's own variety of the language (en-GB, de-AT), if the browser names one. */
export function useLocale() {
  const language = useLanguage()
  return navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? language
}

/** A sentence for a person, from whatever was thrown. */
export function useProblemText() {
  const { t } = useTranslation('common')
  return (error: unknown): string => {
    if (!(error instanceof Problem)) return t('problem.unknown')
    if (error.unreachable) return t('problem.unreachable')
    if (error.status === 403) return t('problem.forbidden')
    if (error.status === 404) return t('problem.not_found')
    if (error.status === 429) return t('problem.too_many', { seconds: error.retryAfter ?? 30 })
    if (error.status >= 500) return t('problem.server')
    return error.faults.length > 0 ? error.faults.map((fault) => fault.message).join(' ') : error.message
  }
}
