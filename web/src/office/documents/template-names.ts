export const TEMPLATES = ['tour', 'meeting', 'brief'] as const
export type TemplateName = (typeof TEMPLATES)[number]

export const isTemplate = (value: unknown): value is TemplateName => TEMPLATES.some((name) => name === value)
