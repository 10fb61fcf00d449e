// Runs before the first paint, so that a dark page never flashes white. A file, because the
// content security policy forbids inline scripts without a nonce.
;(function () {
  try {
    var root = document.documentElement
    var theme = localStorage.getItem('kontor.theme')
    var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
    root.classList.toggle('dark', dark)
    root.lang = localStorage.getItem('kontor.language') || (navigator.language || 'en').slice(0, 2)
  } catch {
    // Storage may be blocked; the light theme is then the default.
  }
})()
