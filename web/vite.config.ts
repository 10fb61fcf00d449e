import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { emoji } from './scripts/emoji.ts'
import { precompress } from './scripts/precompress.ts'

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
  build: { target: 'es2023', manifest: true, sourcemap: false, assetsInlineLimit: 0 },
  server: { proxy: { '/api': { target: server, ws: true }, '/health': server } },
  test: {
    environment: 'jsdom',
    include: ['test/**/*.test.{ts,tsx}', 'src/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
  },
})
