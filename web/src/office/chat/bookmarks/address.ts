/** The address as it is kept: a page of ours is a path, a bare name is a page of the web. */
export function addressOf(text: string, origin: string): string {
  const typed = text.trim()
  if (typed === '' || typed.startsWith('/')) return typed
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`
  try {
    const url = new URL(whole)
    const ours = url.origin === origin && /^\/(documents|chat)\//.test(url.pathname)
    return ours ? `${url.pathname}${url.search}` : whole
  } catch {
    return whole
  }
}

/** What a link may be called when nobody says: the host that it leads to. */
export function titleOf(address: string): string {
  try {
    return new URL(address).hostname.replace(/^www\./, '')
  } catch {
    return ''
  }
}
