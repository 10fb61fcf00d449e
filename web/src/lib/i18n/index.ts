import i18next, { type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { readSetting, writeSetting } from '../storage'

export const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
] as const

export type Language = (typeof LANGUAGES)[number]['value']

const files = import.meta.glob<{ default: Record<string, string> }>('../../../locales/*/*.json')

/** One file per language and feature, fetched when the feature is first shown. */
const lazyFiles: BackendModule = {
  type: 'backend',
  init() {},
  read(language, namespace, done) {
    const load = files[`../../../locales/${language}/${namespace}.json`]
    if (!load) return done(new Error(`no translations: ${language}/${namespace}`), null)
    load().then(
      (file) => done(null, file.default),
      (error: Error) => done(error, null),
    )
  },
}

const isLanguage = (value: string | null): value is Language => LANGUAGES.some((language) => language.value === value)

function preferredLanguage(): Language {
  const stored = readSetting('language')
  if (isLanguage(stored)) return stored
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en'
}

export async function startI18n() {
  const language = preferredLanguage()
  document.documentElement.lang = language
  await i18next
    .use(lazyFiles)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: 'en',
      supportedLngs: LANGUAGES.map(({ value }) => value),
      ns: ['common', 'shell'],
      defaultNS: 'common',
      keySeparator: false,
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    })
}

export async function setLanguage(language: Language) {
  writeSetting('language', language)
  document.documentElement.lang = language
  await i18next.changeLanguage(language)
}
