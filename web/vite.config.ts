import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { emoji } from './scripts/emoji.ts'
import { precompress } from './scripts/precompress.ts'

const ICONS = 'arrow-right|bell|book-open|briefcase-business|circle-exclamation-point|circle-check|cloud-off|file-plus-corner|file-question-mark|file-text|house|keyboard|loader-circle|message-square-text|messages-square|monitor|moon|plus|rotate-cw|search|shield-check|sparkles|sun|target|triangle-alert|user-plus|x'
const SHELL = new RegExp(
  '/node_modules/(react|react-dom|scheduler|@tanstack/(react-router|router-core|history|store|react-store|query-core|react-query)' +
    '|i18next|react-i18next|openapi-fetch|tailwind-merge|class-variance-authority|clsx|use-sync-external-store|get-nonce)/' +
    `|/lucide-react/dist/esm/(icons/(${ICONS})|Icon|createLucideIcon|context|defaultAttributes|shared/.*)\\.m?js` +
    '|/src/ui/(button|cn|spinner|avatar|logo|when-reached|empty)\\.tsx?' +
    '|/src/lib/(store|storage|session|remembered|page-title|badges|shortcuts|api/(client|problem|query|mutation)|i18n/(index|hooks|format))\\.tsx?',
)
const server = process.env.KONTOR_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: 'src/routes',
      generatedRouteTree: 'src/routes/tree.gen.ts',
      routeFileIgnorePattern: 'tree\\.gen',
      quoteStyle: 'single',
    }),
    react(),
    tailwindcss(),
    emoji(),
    precompress(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The server replaces the placeholder with the nonce of each response.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    manifest: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    // What every page needs comes in one file: fifty small ones cost a request each, and compress worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shell', test: SHELL, priority: 1 }, { name: 'icons', test: '/lucide-react/dist/esm/icons/', minShareCount: 9 }] } } },
  },
  server: { proxy: { '/api': { target: server, ws: true }, '/health': server } },
  test: {
    environment: 'jsdom',
    include: ['test/**/*.test.{ts,tsx}', 'src/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
  },
})
