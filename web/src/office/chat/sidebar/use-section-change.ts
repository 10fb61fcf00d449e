import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { changeMe } from '../api'
import { chat } from '../model/chat-state'
import { setPreferencesOf } from './move-room'

const roomsIn = (section: string) => Object.values(chat.get().rooms).filter(({ membership }) => membership?.section === section)

/** The person's own sections: their names, in their order. */
export function useSectionChange() {
  const problemText = useProblemText()
  async function put(sections: string[]) {
    const before = chat.get().sections
    chat.update((state) => ({ ...state, sections }))
    try {
      await changeMe({ sections })
    } catch (error) {
      chat.update((state) => ({ ...state, sections: before }))
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return {
    add: (name: string) => put([...new Set([...chat.get().sections, name])]),
    async rename(name: string, next: string) {
      await put(chat.get().sections.map((known) => (known === name ? next : known)))
      for (const { id } of roomsIn(name)) await setPreferencesOf(id, { section: next })
    },
    async remove(name: string) {
      for (const { id } of roomsIn(name)) await setPreferencesOf(id, { section: null })
      await put(chat.get().sections.filter((known) => known !== name))
    },
    move(name: string, by: number) {
      const sections = [...chat.get().sections]
      const from = sections.indexOf(name)
      const to = Math.max(0, Math.min(sections.length - 1, from + by))
      sections.splice(to, 0, ...sections.splice(from, 1))
      return put(sections)
    },
  }
}
