// The document that brings a business to life, as the wizard fills it in. What it does not know stays in it.

export type Domain = { host: string; mail?: boolean }
export type Business = { name: string; slug: string; locale: string; time_zone: string; currency: string }
export type Admin = { name: string; email: string; password?: string | null }

export type Document = {
  business: Business
  admin: Admin
  preset?: string | null
  modules?: Record<string, boolean> | null
  domains?: Domain[] | null
  [other: string]: unknown
}

/** The names of the presets, as the description of the document tells them: what they hold is the server's. */
export const PRESETS = ['agency', 'consulting', 'ecommerce', 'healthcare', 'logistics', 'ngo', 'restaurant', 'retail', 'school'] as const
export type Preset = (typeof PRESETS)[number]

/** Modules that there are; those of later releases can be switched on already, and have no effect yet. */
export const READY = ['crm', 'projects', 'finance'] as const

export const STEPS = ['trade', 'business', 'admin', 'modules', 'domain', 'plan'] as const
export type StepName = (typeof STEPS)[number]

type Country = { code: string; locale: string; zone: string; currency: string }

const country = (code: string, locale: string, zone: string, currency: string): Country => ({ code, locale, zone, currency })

/** What is usual where: it fills the fields, which stay open. */
export const COUNTRIES: readonly Country[] = [
  country('AT', 'de-AT', 'Europe/Vienna', 'EUR'), country('AU', 'en-AU', 'Australia/Sydney', 'AUD'), country('BE', 'nl-BE', 'Europe/Brussels', 'EUR'),
  country('BR', 'pt-BR', 'America/Sao_Paulo', 'BRL'), country('CA', 'en-CA', 'America/Toronto', 'CAD'), country('CH', 'de-CH', 'Europe/Zurich', 'CHF'),
  country('CZ', 'cs-CZ', 'Europe/Prague', 'CZK'), country('DE', 'de-DE', 'Europe/Berlin', 'EUR'), country('DK', 'da-DK', 'Europe/Copenhagen', 'DKK'),
  country('ES', 'es-ES', 'Europe/Madrid', 'EUR'), country('FI', 'fi-FI', 'Europe/Helsinki', 'EUR'), country('FR', 'fr-FR', 'Europe/Paris', 'EUR'),
  country('GB', 'en-GB', 'Europe/London', 'GBP'), country('GH', 'en-GH', 'Africa/Accra', 'GHS'), country('IE', 'en-IE', 'Europe/Dublin', 'EUR'),
  country('IN', 'en-IN', 'Asia/Kolkata', 'INR'), country('IT', 'it-IT', 'Europe/Rome', 'EUR'), country('JP', 'ja-JP', 'Asia/Tokyo', 'JPY'),
  country('KE', 'en-KE', 'Africa/Nairobi', 'KES'), country('MX', 'es-MX', 'America/Mexico_City', 'MXN'), country('NG', 'en-NG', 'Africa/Lagos', 'NGN'),
  country('NL', 'nl-NL', 'Europe/Amsterdam', 'EUR'), country('NO', 'nb-NO', 'Europe/Oslo', 'NOK'), country('NZ', 'en-NZ', 'Pacific/Auckland', 'NZD'),
  country('PL', 'pl-PL', 'Europe/Warsaw', 'PLN'), country('PT', 'pt-PT', 'Europe/Lisbon', 'EUR'), country('RW', 'en-RW', 'Africa/Kigali', 'RWF'),
  country('SE', 'sv-SE', 'Europe/Stockholm', 'SEK'), country('SG', 'en-SG', 'Asia/Singapore', 'SGD'), country('TR', 'tr-TR', 'Europe/Istanbul', 'TRY'),
  country('UG', 'en-UG', 'Africa/Kampala', 'UGX'), country('US', 'en-US', 'America/New_York', 'USD'), country('ZA', 'en-ZA', 'Africa/Johannesburg', 'ZAR'),
]

/** The country of a business, as far as its language tag names one that is known. */
export const countryOf = ({ locale }: Pick<Business, 'locale'>) => COUNTRIES.find(({ code }) => locale.endsWith(`-${code}`))?.code ?? ''

export function inCountry(business: Business, code: string): Business {
  const found = COUNTRIES.find((one) => one.code === code)
  return found ? { ...business, locale: found.locale, time_zone: found.zone, currency: found.currency } : business
}

/** A new document: of the country that the browser is set to, if it tells one. */
export function emptyDocument(languages: readonly string[]): Document {
  const business = { name: '', slug: '', locale: 'en-GB', time_zone: 'Europe/London', currency: 'GBP' }
  const code = languages.map((tag) => countryOf({ locale: tag })).find((found) => found !== '')
  return { business: inCountry(business, code ?? 'GB'), admin: { name: '', email: '' }, preset: null, modules: Object.fromEntries(READY.map((name) => [name, true])) }
}

/** The name of a business as a part of addresses: letters, digits and single hyphens. */
export const slugOf = (name: string) =>
  name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '')

/** Another preset brings its own modules: what was switched before it is forgotten. */
export const withPreset = (document: Document, preset: string | null): Document => ({
  ...document,
  preset,
  modules: preset === null ? Object.fromEntries(READY.map((name) => [name, true])) : {},
})

/** What is switched against what the preset says. */
export function withModule(document: Document, name: string, on: boolean, byPreset: readonly string[]): Document {
  const { [name]: _, ...others } = document.modules ?? {}
  const isUsual = document.preset && byPreset.includes(name) === on
  return { ...document, modules: isUsual ? others : { ...others, [name]: on } }
}

export const isOn = ({ modules }: Document, name: string, byPreset: readonly string[]) => modules?.[name] ?? byPreset.includes(name)

/** As it is sent: without what is empty. */
export function sentDocument(document: Document): Document {
  const { preset, modules, domains, admin, ...others } = document
  const { password, ...person } = admin
  const hosts = (domains ?? []).filter(({ host }) => host.trim() !== '')
  return {
    ...others,
    admin: { ...person, ...(password ? { password } : {}) },
    ...(preset ? { preset } : {}),
    ...(modules && Object.keys(modules).length > 0 ? { modules } : {}),
    ...(hosts.length > 0 ? { domains: hosts.map(({ host, mail }) => ({ host: host.trim().toLowerCase(), mail: mail ?? false })) } : {}),
  }
}

/** Passwords are not kept anywhere but in the field. */
export function withoutPasswords(document: Document): Document {
  const { password: _, ...admin } = document.admin
  const users = Array.isArray(document.users) ? document.users.map((user: Record<string, unknown>) => ({ ...user, password: undefined })) : undefined
  const { integrations: __, ...others } = document
  return { ...others, admin, ...(users ? { users } : {}) }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown) => (typeof value === 'string' ? value : '')

/** Reads a document that somebody has pasted; null when it is no object. What is wrong in it the server tells. */
export function readDocument(source: string, base: Document): Document | null {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    return null
  }
  if (!isObject(value)) return null
  const business = isObject(value.business) ? value.business : {}
  const admin = isObject(value.admin) ? value.admin : {}
  return {
    ...value,
    business: { ...business, ...Object.fromEntries(Object.keys(base.business).map((key) => [key, text(business[key])])) } as Business,
    admin: { ...admin, name: text(admin.name), email: text(admin.email), ...(admin.password ? { password: text(admin.password) } : {}) },
    preset: text(value.preset) || null,
    modules: isObject(value.modules) ? (value.modules as Record<string, boolean>) : {},
    domains: Array.isArray(value.domains) ? value.domains.filter(isObject).map(({ host, mail }) => ({ host: text(host), mail: mail === true })) : [],
  }
}

/** The page on which something can be mended. */
export function stepOf(path: string): StepName {
  if (path.startsWith('$.business')) return 'business'
  if (path.startsWith('$.admin')) return 'admin'
  if (path.startsWith('$.preset')) return 'trade'
  if (path.startsWith('$.modules')) return 'modules'
  return path.startsWith('$.domains') ? 'domain' : 'plan'
}
