import { Moon, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { setTheme, useIsDark } from '@/lib/theme'
import { IconButton } from '@/ui/button'

export function ThemeButton() {
  const { t } = useTranslation('shell')
  const dark = useIsDark()
  const Icon = dark ? Sun : Moon
  return (
    <IconButton label={dark ? t('theme.to_light') : t('theme.to_dark')} className="max-md:hidden" onClick={() => setTheme(dark ? 'light' : 'dark')}>
      <Icon size={17} strokeWidth={1.75} />
    </IconButton>
  )
}
