import { useSyncExternalStore } from 'react'
import { readSetting, writeSetting } from './storage'

export type Theme = 'system' | 'light' | 'dark'

const listeners = new Set<() => void>()
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')

function readTheme(): Theme {
  const stored = readSetting('theme')
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

const isDark = () => readTheme() === 'dark' || (readTheme() === 'system' && systemDark.matches)

function apply() {
  document.documentElement.classList.toggle('dark', isDark())
  for (const listener of listeners) listener()
}

systemDark.addEventListener('change', apply)

export function setTheme(theme: Theme) {
  writeSetting('theme', theme === 'system' ? null : theme)
  apply()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useTheme = () => useSyncExternalStore(subscribe, readTheme)
export const useIsDark = () => useSyncExternalStore(subscribe, isDark)
