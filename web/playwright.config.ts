import { defineConfig } from '@playwright/test'

const CI = Boolean(process.env.CI)

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/global-setup.ts',
  fullyParallel: true,
  workers: 2,
  // A machine of two cores runs two tests, their browsers and the server, and records them: waits are long, and end
  // as soon as what they wait for is there.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: CI,
  // A test that needs the second try is reported as flaky, and is a fault to be repaired.
  retries: 1,
  reporter: CI ? [['list'], ['html', { open: 'never' }]] : 'list',
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    // Recording slows every step: on where nobody can look at the browser.
    trace: CI ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ],
    },
  },
})
