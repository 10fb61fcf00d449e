import type { Message, Quote } from '../api-types'

/** What a message shows of another one. */
export const quoteOf = ({ room, seq, author, author_name, text, created_at }: Message): Quote => ({ room, seq, author, author_name, text, created_at })
