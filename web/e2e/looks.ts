/** As whom pictures are taken. */
export const LOOKS = [
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1440, height: 900 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true } },
  { name: 'german', options: { colorScheme: 'light', viewport: { width: 1440, height: 900 }, locale: 'de-DE' } },
] as const
