import { expect, test } from 'vitest'
import { emptyDocument, inCountry, isOn, readDocument, sentDocument, slugOf, stepOf, withModule, withoutPasswords, withPreset } from '@/business/activate/document'
import { linesOf, readLine } from '@/business/activate/platform'
import { Problem } from '@/lib/api/problem'

const empty = emptyDocument(['de-AT', 'en'])

test('a new document is of the country of the browser', () => {
  expect(empty.business).toMatchObject({ locale: 'de-AT', time_zone: 'Europe/Vienna', currency: 'EUR' })
  expect(emptyDocument(['eo']).business).toMatchObject({ locale: 'en-GB', currency: 'GBP' })
  expect(inCountry({ ...empty.business, name: 'Kept' }, 'US')).toMatchObject({ name: 'Kept', locale: 'en-US', currency: 'USD' })
})

test('the short name follows from the name', () => {
  expect(['Müller & Söhne GmbH', '3 Bären', '  Straße  ', '株式会社'].map(slugOf)).toEqual(['muller-sohne-gmbh', 'baren', 'strasse', ''])
  expect(slugOf('a'.repeat(39) + ' b')).toBe('a'.repeat(39))
})

test('a preset brings its modules, and only what differs is said', () => {
  const agency = withPreset(empty, 'agency')
  const usual = ['crm', 'marketing']
  expect(isOn(agency, 'crm', usual)).toBe(true)
  const without = withModule(agency, 'crm', false, usual)
  expect(without.modules).toEqual({ crm: false })
  expect(withModule(without, 'crm', true, usual).modules).toEqual({})
  expect(withModule(agency, 'hr', true, usual).modules).toEqual({ hr: true })
  expect(withModule(withPreset(agency, null), 'crm', false, []).modules).toEqual({ crm: false, projects: true, finance: true })
})

test('what is empty is not sent, and what the wizard does not know is', () => {
  const document = { ...withPreset(empty, 'school'), admin: { name: 'Ana', email: 'ana@x.example', password: '' }, domains: [{ host: ' Kontor.Example ', mail: true }, { host: '' }], users: [{ email: 'b@x.example' }] }
  expect(sentDocument(document)).toEqual({
    business: empty.business, admin: { name: 'Ana', email: 'ana@x.example' }, preset: 'school', domains: [{ host: 'kontor.example', mail: true }], users: [{ email: 'b@x.example' }],
  })
})

test('no password and no key of a service is kept', () => {
  const kept = JSON.stringify(withoutPasswords({ ...empty, admin: { ...empty.admin, password: 'secret one' }, users: [{ email: 'b', password: 'secret two' }], integrations: { payment: { secret_key: 'secret three' } } }))
  expect(kept).not.toContain('secret')
  expect(kept).toContain('"email":"b"')
})

test('a pasted document becomes what the wizard shows', () => {
  expect(readDocument('not json', empty)).toBe(null)
  expect(readDocument('[]', empty)).toBe(null)
  const read = readDocument('{"business":{"name":"Acme","slug":7},"admin":{"email":"a@x.example"},"preset":"ngo","seed":{"records":[]}}', empty)
  expect(read).toMatchObject({ business: { name: 'Acme', slug: '', currency: '' }, admin: { name: '', email: 'a@x.example' }, preset: 'ngo', modules: {}, domains: [], seed: { records: [] } })
})

test('a fault is shown on the page where it can be mended', () => {
  expect(['$.business.slug', '$.admin.email', '$.domains[0].host', '$.modules.crm', '$.seed.fields', '$.preset'].map(stepOf)).toEqual(['business', 'admin', 'domain', 'modules', 'plan', 'trade'])
})

test('lines of progress are read in whatever pieces they come', async () => {
  const pieces = ['{"step":"infra', 'structure","status":"done"}\n{"error":{"status":409,"code":"slug_taken","detail":"taken"}}\n', '{"result":{"created":true}}']
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })
  const lines = []
  for await (const line of linesOf(body)) lines.push(readLine(line))
  expect(lines[0]).toEqual({ progress: { step: 'infrastructure', status: 'done' } })
  const failed = lines[1] as { error: Problem }
  expect(failed.error).toBeInstanceOf(Problem)
  expect(failed.error).toMatchObject({ status: 409, code: 'slug_taken', message: 'taken' })
  expect(lines[2]).toEqual({ result: { created: true } })
})
