import { useProblemText } from '@/lib/i18n/hooks'
import { notify } from '@/ui/toast'
import { chat } from '../model/chat-state'
import { changeLists } from '../model/change-lists'
import { setPreferencesOf } from './move-room'

const roomsIn = (section: string) => Object.values(chat.get().rooms).filter(({ membership }) => membership?.section === section)

/** The person's own sections: their names, in their order. */
export function useSectionChange() {
  const problemText = useProblemText()
  async function put(change: (sections: readonly string[]) => string[]) {
    try {
      await changeLists(({ sections }) => ({ sections: change(sections) }))
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
  }
  return {
    add: (name: string) => put((sections) => [...new Set([...sections, name])]),
    async rename(name: string, next: string) {
      await put((sections) => sections.map((known) => (known === name ? next : known)))
      for (const { id } of roomsIn(name)) await setPreferencesOf(id, { section: next })
    },
    async remove(name: string) {
      for (const { id } of roomsIn(name)) await setPreferencesOf(id, { section: null })
      await put((sections) => sections.filter((known) => known !== name))
    },
    move(name: string, by: number) {
      return put((known) => {
        const sections = [...known]
        const from = sections.indexOf(name)
        if (from < 0) return sections
        const to = Math.max(0, Math.min(sections.length - 1, from + by))
        sections.splice(to, 0, ...sections.splice(from, 1))
        return sections
      })
    },
  }
}
