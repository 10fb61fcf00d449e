import type { Field, Kind, Rec } from '@/business/model/types'

const access = { read: 'all', create: true, edit: 'all', delete: 'all', hidden: [], read_only: [] } as const

export const field = (name: string, more: Partial<Field> & Pick<Field, 'type'>): Field =>
  ({ name, label: name, required: false, indexed: true, custom: false, ...more }) as Field

export const kind = (name: string, fields: Field[], more: Partial<Kind> = {}): Kind => ({
  name, module: name.split('.')[0] ?? '', label: name, plural: name, icon: '', title: fields[0]?.name ?? '', board: null, days: [], columns: [], same_by: [],
  states: [{ value: 'open', label: 'Open' }, { value: 'won', label: 'Won' }], fields, custom: false, commands: [], access: { ...access, hidden: [], read_only: [] }, ...more,
})

export const PRIORITIES = ['low', 'high'].map((value) => ({ value, label: value }))

export const pipelines = kind('crm.pipeline', [field('name', { type: 'text' }), field('position', { type: 'number' })])
export const stages = kind('crm.stage', [field('name', { type: 'text' }), field('pipeline', { type: 'link', to: 'crm.pipeline', required: true } as never), field('position', { type: 'number' })])
export const deals = kind(
  'crm.deal',
  [
    field('name', { type: 'text', required: true }),
    field('pipeline', { type: 'link', to: 'crm.pipeline', required: true } as never),
    field('stage', { type: 'link', to: 'crm.stage', required: true } as never),
    field('value', { type: 'money' }),
    field('close_on', { type: 'date' }),
    field('priority', { type: 'choice', options: PRIORITIES } as never),
    field('tags', { type: 'tags', indexed: false }),
    field('notes', { type: 'markdown', indexed: false }),
  ],
  { board: 'stage', days: ['close_on'] },
)

let count = 0

/** A record with a number of its own; later ones have been changed later. */
export function record(fields: Record<string, unknown>, more: Partial<Rec> = {}): Rec {
  count += 1
  const at = `2026-11-21T08:00:${String(count % 60).padStart(2, '0')}Z`
  return { id: `id-${String(count).padStart(4, '0')}`, kind: 'crm.deal', version: 1, seq: count, state: 'open', owner: null, created_at: at, updated_at: at, fields, ...more }
}
