import { BookOpen, KeyRound, Keyboard, Languages, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, setLanguage, type Language } from '@/lib/i18n'
import { useLanguage } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { setTheme, useTheme } from '@/lib/theme'
import { Avatar } from '@/ui/avatar'
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '@/ui/menu'
import { PasswordDialog } from './password-dialog'
import { PauseItems } from './pause-items'
import { SignOutDialog } from './sign-out'

export default function ProfileMenu({ onHelp, trigger }: { onHelp: () => void; trigger: ReactElement }) {
  const { t } = useTranslation(['shell', 'common'])
  const { user, tenant } = useSession()
  const language = useLanguage()
  const theme = useTheme()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<'password' | 'sign-out' | null>(null)
  return (
    <>
      <Menu defaultOpen className="w-60" trigger={trigger}>
        <div className="flex items-center gap-2.5 px-2 py-2">
          <Avatar id={user.id} name={user.name} size="md" />
          <div className="min-w-0">
            <div className="truncate font-medium">{user.name}</div>
            <div className="truncate text-xs text-fg-3">
              {user.email} · {tenant.name}
            </div>
          </div>
        </div>
        <MenuSeparator />
        <MenuRadio
          label={t('theme')}
          value={theme}
          onChange={setTheme}
          options={[
            { value: 'system', label: t('theme.system'), icon: Monitor },
            { value: 'light', label: t('theme.light'), icon: Sun },
            { value: 'dark', label: t('theme.dark'), icon: Moon },
          ]}
        />
        <MenuSeparator />
        <MenuRadio
          label={t('language')}
          value={language as Language}
          onChange={(next) => void setLanguage(next)}
          options={LANGUAGES.map((entry) => ({ ...entry, icon: Languages }))}
        />
        <MenuSeparator />
        <PauseItems />
        <MenuSeparator />
        <MenuItem icon={Keyboard} keys={['?']} onSelect={onHelp}>
          {t('common:shortcuts')}
        </MenuItem>
        <MenuItem icon={BookOpen} onSelect={() => void navigate({ to: '/api-docs' })}>
          {t('api_docs')}
        </MenuItem>
        <MenuItem icon={KeyRound} onSelect={() => setDialog('password')}>
          {t('password.change')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={LogOut} onSelect={() => setDialog('sign-out')}>
          {t('sign_out')}
        </MenuItem>
      </Menu>
      <PasswordDialog open={dialog === 'password'} onClose={() => setDialog(null)} />
      {dialog === 'sign-out' && <SignOutDialog onClose={() => setDialog(null)} />}
    </>
  )
}
