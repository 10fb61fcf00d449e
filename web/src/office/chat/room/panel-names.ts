// A module of its own: the router reads it long before a panel is shown.
export const PANELS = ['members', 'pins', 'files', 'topics', 'settings', 'integrations'] as const
export type PanelName = (typeof PANELS)[number]
