import { CommandFault } from '@/lib/live/live-client'
import { live } from '@/lib/live'
import { Store } from '@/lib/store'
import type { CommandAnswer } from '../api-types'
import type { ChatSession } from './session'

/** Something that only this person is told; it is kept nowhere and gone with the page. */
export type Whisper = {
  id: string
  room: string
  thread: number | null
  /** Who says it, if it is not Kontor. */
  name: string | null
  icon: string
  text: string
  at: string
  bad?: boolean
}

const MOST = 20

export const whispers = new Store<readonly Whisper[]>([])

export const whisper = (told: Whisper) => whispers.update((all) => [...all.filter(({ id }) => id !== told.id), told].slice(-MOST))
export const forgetWhisper = (id: string) => whispers.update((all) => all.filter((known) => known.id !== id))

type Given = { room: string; thread: number | null; text: string }

/** Gives a slash command; returns the room to go to, or that it could not be done. */
export async function giveCommand(session: ChatSession, { room, thread, text }: Given): Promise<string | null> {
  const id = crypto.randomUUID()
  const tell = (told: Pick<Whisper, 'name' | 'text' | 'bad'>) => whisper({ id, room, thread, icon: '', at: new Date().toISOString(), ...told })
  try {
    const answer = await live.command<CommandAnswer>('chat.command', { room, text, ...(thread ? { thread } : {}) }, { id })
    if (answer.message) session.posted(answer.message)
    if (answer.ephemeral) tell({ name: answer.name, text: answer.ephemeral })
    return answer.room
  } catch (error) {
    tell({ name: null, text: error instanceof CommandFault ? error.message || error.code : String(error), bad: true })
    return 'failed'
  }
}
