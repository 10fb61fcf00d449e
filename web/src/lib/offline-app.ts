const REPORT_MS = 4000

const loadedAssets = () =>
  performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${window.location.origin}/assets/`))

/**
 * Lets the app open without a connection. The worker sees only what loads after it has started, so
 * the page tells it what came before.
 */
export function keepAppOffline() {
  if (!('serviceWorker' in navigator)) return
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch(() => {
      // Not over https, or forbidden by the browser: the app then needs a connection to open.
    })
  })
  void navigator.serviceWorker.ready.then(({ active }) => {
    setTimeout(() => active?.postMessage({ assets: loadedAssets() }), REPORT_MS)
  })
}
