import { useRouterState } from '@tanstack/react-router'

const ROOM = /^\/chat\/([0-9a-f-]{36})$/i

/** The room that stands on the screen, if one does. */
export const useActiveRoom = () => useRouterState({ select: ({ location }) => ROOM.exec(location.pathname)?.[1] ?? null })
