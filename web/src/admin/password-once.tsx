import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/button'
import { notify } from '@/ui/toast'

/** A generated password, shown this one time. */
export function PasswordOnce({ email, password, onDone }: { email: string; password: string; onDone: () => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const [copied, setCopied] = useState(false)
  async function copy() {
    try {
      await navigator.clipboard.writeText(password)
      setCopied(true)
    } catch {
      notify(t('common:copy_failed'), { tone: 'bad' })
    }
  }
  const Icon = copied ? Check : Copy
  return (
    <div className="flex flex-col gap-3">
      <p className="text-fg-2">{t('password.once', { email })}</p>
      <div className="flex items-center gap-2 rounded-md bg-sunken py-1.5 pr-1.5 pl-3">
        <output aria-label={t('password')} className="min-w-0 flex-1 font-mono text-base break-all select-all">
          {password}
        </output>
        <Button size="sm" onClick={() => void copy()}>
          <Icon aria-hidden size={14} />
          {copied ? t('common:copied') : t('common:copy')}
        </Button>
      </div>
      <div className="mt-2 flex justify-end">
        <Button tone="primary" onClick={onDone}>
          {t('common:done')}
        </Button>
      </div>
    </div>
  )
}
