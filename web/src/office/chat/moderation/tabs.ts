// A module of its own: the router reads it long before the page is shown.
export const MODERATION_TABS = ['open', 'decided', 'people', 'audit'] as const
export type ModerationTab = (typeof MODERATION_TABS)[number]
