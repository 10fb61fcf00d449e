import { Check, Code, Copy, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { notify } from '@/ui/toast'
import { titleOf, type Kind, type Rec } from '../model/types'

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** Where a form can be filled in, and how another site shows it. */
export default function FormAddress({ kind, record }: { kind: Kind; record: Rec }) {
  const { t } = useTranslation(['business', 'common'])
  const { tenant } = useSession()
  const [copied, setCopied] = useState<'address' | 'code' | null>(null)
  const address = `${window.location.origin}/api/v1/forms/${tenant.id}/${record.id}`
  const code = `<iframe src="${address}" title="${escaped(titleOf(kind, record))}" style="width:100%;min-height:40rem;border:0"></iframe>`
  const isOpen = record.state === 'open' && !record.deleted_at
  const hasSites = Array.isArray(record.fields.origins) && record.fields.origins.length > 0
  async function copy(what: 'address' | 'code') {
    try {
      await navigator.clipboard.writeText(what === 'code' ? code : address)
      setCopied(what)
    } catch {
      notify(t('common:copy_failed'), { tone: 'bad' })
    }
  }
  return (
    <section aria-label={t('form.title')} className="mx-auto max-w-3xl px-4 pt-5 sm:px-8 sm:pt-7">
      <div className="rounded-lg border bg-bg p-3.5">
        <h2 className="font-semibold">{t('form.title')}</h2>
        <p className="mt-0.5 text-fg-3">{t(isOpen ? 'form.text' : 'form.closed')}</p>
        {isOpen && (
          <>
            <a href={address} target="_blank" rel="noreferrer" className="mt-2 flex min-w-0 items-center gap-1.5 text-accent-text hover:underline">
              <span className="truncate">{address}</span>
              <ExternalLink aria-hidden size={13} className="shrink-0" />
            </a>
            <div className="mt-3 flex flex-wrap gap-2">
              <Button size="sm" onClick={() => void copy('address')}>
                {copied === 'address' ? <Check aria-hidden size={14} /> : <Copy aria-hidden size={14} />}
                {t('form.copy')}
              </Button>
              {hasSites && (
                <Button size="sm" onClick={() => void copy('code')}>
                  {copied === 'code' ? <Check aria-hidden size={14} /> : <Code aria-hidden size={14} />}
                  {t('form.copy_code')}
                </Button>
              )}
            </div>
            {!hasSites && <p className="mt-2 text-xs text-fg-3">{t('form.no_sites')}</p>}
          </>
        )}
        <p role="status" className="sr-only">
          {copied && t('form.copied')}
        </p>
      </div>
    </section>
  )
}
