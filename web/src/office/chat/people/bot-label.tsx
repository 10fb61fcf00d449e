import { useTranslation } from 'react-i18next'

/** Says that a program speaks. */
export function BotLabel() {
  const { t } = useTranslation('chat')
  return <span className="shrink-0 rounded-sm bg-press px-1 text-2xs font-medium text-fg-2">{t('bot')}</span>
}
