import { withoutPasswords, type Document } from './document'

const KEY = 'kontor.activation'

/** What this tab was filling in, and whether it had been sent: a reload goes on with it. */
export type Draft = { document: Document; sent: boolean }

export function readDraft(): Draft | null {
  try {
    const draft = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Draft | null
    return draft?.document?.business && draft.document.admin ? draft : null
  } catch {
    return null
  }
}

export function writeDraft({ document, sent }: Draft) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ document: withoutPasswords(document), sent }))
  } catch {
    // A browser that keeps nothing loses it with the page.
  }
}

export function forgetDraft() {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // There is nothing to forget.
  }
}
