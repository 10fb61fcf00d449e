import { Upload } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** Over a record above which files are held. */
export default function DropSign() {
  const { t } = useTranslation('business')
  return (
    <div className="pointer-events-none absolute inset-2 z-30 flex animate-fade items-center justify-center rounded-xl border-2 border-dashed border-accent bg-accent-soft/90">
      <p className="flex items-center gap-2 text-base font-semibold text-accent-text">
        <Upload aria-hidden size={18} />
        {t('files.drop')}
      </p>
    </div>
  )
}
