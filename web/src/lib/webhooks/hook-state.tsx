import { useTranslation } from 'react-i18next'
import { Pill } from '@/ui/pill'

type StateProps = { active: boolean; stopped: string | null; failing_since: string | null }

/** Whether an endpoint is told, and why not. */
export function HookState({ hook }: { hook: StateProps }) {
  const { t } = useTranslation('integrations')
  if (hook.stopped) return <Pill tone="bad" dot>{t(hook.stopped === 'gone' ? 'stopped.gone' : 'stopped.failing')}</Pill>
  if (!hook.active) return <Pill dot>{t('off')}</Pill>
  return hook.failing_since ? <Pill tone="warn" dot>{t('failing')}</Pill> : <Pill tone="ok" dot>{t('on')}</Pill>
}
