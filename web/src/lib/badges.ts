import { Store, useStore } from './store'

// The counts that the shell shows. What counts them loads after the shell, and writes here.
type Badges = { mentions: number; unread: boolean; notifications: number }

export const badges = new Store<Badges>({ mentions: 0, unread: false, notifications: 0 })

export const useBadges = () => useStore(badges, (value) => value)
