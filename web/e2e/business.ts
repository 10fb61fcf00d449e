import { expect, type Person } from './kontor'

type Fields = Record<string, unknown>
type Made = { record: { id: string; version: number; created_at: string } }

/** Records of one person, through the API. */
export class Records {
  constructor(readonly person: Person) {}

  async make(kind: string, fields: Fields): Promise<string> {
    return ((await this.person.api('post', `/records/${kind}`, { fields })) as Made).record.id
  }

  async change(kind: string, id: string, fields: Fields) {
    return ((await this.person.api('patch', `/records/${kind}/${id}`, { fields })) as Made).record
  }

  async read(kind: string, id: string) {
    return (await this.person.api('get', `/records/${kind}/${id}`)) as { fields: Fields; state: string; version: number }
  }

  /** A pipeline of its own with stages, so that tests do not see the deals of each other. */
  async pipeline(name: string, stages: readonly string[]) {
    const pipeline = await this.make('crm.pipeline', { name, position: '1' })
    const ids: string[] = []
    for (const [index, stage] of stages.entries()) ids.push(await this.make('crm.stage', { name: stage, pipeline, position: String(index + 1), probability: String(Math.min(100, 20 + index * 20)) }))
    return { pipeline, stages: ids }
  }

  /** Opens the board of deals with this pipeline. */
  async openBoard(pipeline: string) {
    const { page, url } = this.person
    await page.addInitScript((scope) => localStorage.setItem('kontor.records.crm.deal', JSON.stringify({ scope, view: 'board' })), pipeline)
    await page.goto(`${url}/business/crm-deal?view=board`)
    await expect(this.column(/./).first()).toBeVisible()
  }

  column(name: string | RegExp) {
    return this.person.page.locator('section[data-drop]').filter({ has: this.person.page.getByRole('heading', { name }) })
  }

  card(title: string) {
    return this.person.page.locator('[data-card]').filter({ hasText: title })
  }
}

const DAY = 86_400_000
const day = (shift: number) => new Date(Date.now() + shift * DAY).toISOString().slice(0, 10)
const euro = (amount: number) => ({ minor: amount * 100, currency: 'EUR' })

/** A business in full swing, for pictures. */
export async function salesOfTheBusiness(records: Records, others: readonly string[]) {
  const { pipeline, stages } = await records.pipeline('New customers', ['Contacted', 'Demo', 'Proposal', 'Negotiation', 'Closing'])
  await records.pipeline('Partners', ['First talk', 'Contract'])
  const companies: string[] = []
  for (const [name, industry, size, tags] of [
    ['Harbour Hotels', 'Hospitality', 'up_to_250', ['Key account']], ['Northwind Logistics', 'Transport', 'more', ['Key account', 'EU']], ['Lumen Studio', 'Design', 'up_to_10', []],
    ['Alpine Foods', 'Food', 'up_to_50', ['EU']], ['Kestrel Robotics', 'Engineering', 'up_to_50', ['Pilot']], ['Blue Door Clinics', 'Health', 'up_to_250', []],
  ] as const) companies.push(await records.make('crm.company', { name, industry, ...(tags.length > 0 ? { tags } : {}), size, website: `https://www.${name.toLowerCase().replaceAll(' ', '-')}.example`, phone: '+49 30 901820' }))
  const people: string[] = []
  for (const [name, role, company] of [['Mara Lindqvist', 'Head of Operations', 0], ['Tom Becker', 'CTO', 1], ['Inès Moreau', 'Owner', 2]] as const)
    people.push(await records.make('crm.person', { name, role, company: companies[company], email: `${(name.split(' ')[0] ?? '').normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()}@customer.example` }))
  const deals: string[] = []
  for (const [name, company, stage, value, close, priority] of [
    ['Booking platform for 14 hotels', 0, 2, 84_000, 12, 'high'], ['Fleet dashboard', 1, 1, 36_500, 30, 'medium'], ['Brand relaunch', 2, 0, 9_800, 45, 'low'],
    ['Warehouse pilot', 1, 3, 128_000, 5, 'high'], ['Seasonal ordering app', 3, 0, 18_200, 60, 'medium'], ['Service contract 2027', 4, 2, 52_000, 20, 'medium'],
    ['Patient portal', 5, 1, 210_000, 75, 'high'], ['Reporting add-on', 0, 4, 12_400, -2, 'low'], ['Training days', 4, 4, 6_300, 3, 'low'], ['Data migration', 5, 3, 27_900, 16, 'medium'],
  ] as const) {
    const id = await records.make('crm.deal', { name, pipeline, company: companies[company], stage: stages[stage], value: euro(value), close_on: day(close), priority, ...(company < 3 ? { person: people[company] } : {}) })
    deals.push(id)
    const owner = others[deals.length % (others.length + 1)]
    if (owner) await records.person.api('patch', `/records/crm.deal/${id}`, { owner })
  }
  const [first = ''] = deals
  await records.change('crm.deal', first, { notes: 'They want to replace three systems with one.\nThe decision is made by the board in the first week of December.', tags: ['Enterprise', 'Hospitality'] })
  for (const [subject, sort, shift] of [['Demo for the board', 'meeting', 3], ['Send the revised proposal', 'mail', 1], ['Ask about the old booking system', 'call', -2]] as const)
    await records.make('crm.activity', { subject, sort, deal: first, person: people[0], at: new Date(Date.now() + shift * DAY).toISOString() })
  await records.make('crm.quote', { number: 'Q-2026-118', deal: first, company: companies[0], net: euro(84_000), valid_until: day(21) })
  const project = await records.make('projects.project', { name: 'Website relaunch', key: 'WEB', begins_on: day(-10), ends_on: day(40), budget: euro(45_000) })
  const statuses: string[] = []
  for (const [index, [name, meaning]] of ([['Backlog', 'to_do'], ['In progress', 'in_progress'], ['Review', 'in_progress'], ['Done', 'done']] as const).entries()) statuses.push(await records.make('projects.status', { name, meaning, position: String(index) }))
  for (const [index, title] of ['Write the copy for pricing', 'Choose images', 'Set up redirects', 'Check contrast', 'Measure loading time', 'Translate into German'].entries())
    await records.make('projects.task', { title, project, status: statuses[index % 4], rank: String(index), priority: ['low', 'medium', 'high', 'urgent'][index % 4], begins_on: day(index * 3 - 8), due_on: day(index * 3 - 4), ...(others[0] && index % 2 ? { assignee: others[0] } : {}) })
  return { pipeline, stages, deals, companies, project }
}
