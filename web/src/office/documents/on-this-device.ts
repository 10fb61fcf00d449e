import type { Document } from '@/lib/api/types'
import { recall, remember } from '@/lib/remembered'

const KEPT = 50

/** The records of documents that were opened here for editing, newest first: their text is in this browser too. */
export const documentsOnThisDevice = () => recall<Document[]>('documents') ?? []

export function rememberDocument(document: Document) {
  const others = documentsOnThisDevice().filter(({ id }) => id !== document.id)
  remember('documents', [document, ...others].slice(0, KEPT))
}

export function forgetDocument(documentId: string) {
  remember('documents', documentsOnThisDevice().filter(({ id }) => id !== documentId))
}
