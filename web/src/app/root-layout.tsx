import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Toaster } from '@/ui/toast'
import { TooltipLayer } from '@/ui/tooltip'

function Notices() {
  const { t } = useTranslation('common')
  return <Toaster label={t('notices')} closeLabel={t('dismiss')} />
}

export function RootLayout() {
  return (
    <Suspense>
      <Outlet />
      <Notices />
      <TooltipLayer />
    </Suspense>
  )
}
