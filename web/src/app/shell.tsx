import { Outlet, useNavigate } from '@tanstack/react-router'
import { CloudOff } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOnline } from '@/lib/online'
import { usePermission } from '@/lib/session'
import { useShortcuts } from '@/lib/shortcuts'
import { useNewDocument } from '@/office/documents/use-new-document'
import { PageSpinner } from '@/ui/spinner'
import { Rail, TabBar } from './rail'
import { TopBar } from './top-bar'
import { useLive } from './use-live'

const loadPalette = () => import('./palette')
const Palette = lazy(loadPalette)
const ShortcutHelp = lazy(() => import('./shortcut-help'))
const IDLE_MS = 1500

function OfflineBanner() {
  const { t } = useTranslation('shell')
  if (useOnline()) return null
  return (
    <div role="status" className="no-print flex shrink-0 items-center justify-center gap-2 bg-warn-soft px-3 py-1.5 text-xs font-medium text-warn">
      <CloudOff aria-hidden size={14} />
      {t('offline')}
    </div>
  )
}

type Overlay = 'palette' | 'help' | null

function useShellShortcuts(overlay: Overlay, setOverlay: (overlay: Overlay) => void) {
  const navigate = useNavigate()
  const newDocument = useNewDocument()
  const mayCreate = usePermission('documents.create')
  const mayAdminister = usePermission('people.manage')
  const palette = () => setOverlay('palette')
  const bindings = {
    'Mod+k': palette,
    '/': palette,
    '?': () => setOverlay('help'),
    'g h': () => void navigate({ to: '/' }),
    'g c': () => void navigate({ to: '/chat' }),
    'g d': () => void navigate({ to: '/documents' }),
    'g b': () => void navigate({ to: '/business' }),
    ...(mayAdminister ? { 'g a': () => void navigate({ to: '/admin' }) } : {}),
    ...(mayCreate ? { c: () => newDocument.open() } : {}),
  }
  // What is typed while an overlay is on its way must not act on the page behind it.
  useShortcuts(overlay ? {} : bindings)
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => {}), IDLE_MS)
    return () => clearTimeout(timer)
  }, [])
}

export function Shell() {
  const { t } = useTranslation('common')
  const [overlay, setOverlay] = useState<Overlay>(null)
  useShellShortcuts(overlay, setOverlay)
  useLive()
  const openHelp = () => setOverlay('help')
  const close = () => setOverlay(null)
  return (
    <div className="flex h-dvh flex-col print:block print:h-auto has-[[data-phone-toolbar]]:[&>[data-tab-bar]]:hidden">
      <a href="#content" className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-fg focus:not-sr-only focus:absolute focus:top-2 focus:left-2">
        {t('skip')}
      </a>
      <OfflineBanner />
      <TopBar onSearch={() => setOverlay('palette')} onHelp={openHelp} />
      <div className="flex min-h-0 flex-1 print:block">
        <Rail onHelp={openHelp} />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 overflow-hidden border-t bg-surface outline-none sm:rounded-tl-xl sm:border-l print:overflow-visible print:border-0">
          <Suspense fallback={<PageSpinner label={t('loading')} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <TabBar />
      <Suspense>
        {overlay === 'palette' && <Palette onClose={close} onHelp={openHelp} />}
        {overlay === 'help' && <ShortcutHelp onClose={close} />}
      </Suspense>
    </div>
  )
}
