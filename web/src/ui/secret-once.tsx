import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button'
import { notify } from './toast'

/** Something that is shown this one time, to be copied. */
export function SecretOnce({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const { t } = useTranslation('common')
  const [copied, setCopied] = useState(false)
  async function copy() {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
    } catch {
      notify(t('copy_failed'), { tone: 'bad' })
    }
  }
  const Icon = copied ? Check : Copy
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">{label}</span>
      <div className="flex items-center gap-2 rounded-md bg-sunken py-1.5 pr-1.5 pl-3">
        <output aria-label={label} className="min-w-0 flex-1 font-mono text-xs break-all select-all">{value}</output>
        <Button size="sm" aria-label={`${copied ? t('copied') : t('copy')}: ${label}`} onClick={() => void copy()}>
          <Icon aria-hidden size={14} />
          {copied ? t('copied') : t('copy')}
        </Button>
      </div>
      {hint && <p className="text-xs text-fg-3">{hint}</p>}
    </div>
  )
}
