// Storage may be blocked (private windows, policies): every access falls back to memory.
const memory = new Map<string, string>()

export function readSetting(key: string): string | null {
  try {
    return localStorage.getItem(`kontor.${key}`)
  } catch {
    return memory.get(key) ?? null
  }
}

export function writeSetting(key: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem(`kontor.${key}`)
    else localStorage.setItem(`kontor.${key}`, value)
  } catch {
    if (value === null) memory.delete(key)
    else memory.set(key, value)
  }
}
