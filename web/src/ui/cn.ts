import { twMerge } from 'tailwind-merge'

type ClassPart = string | false | null | undefined

/** Joins class names; of two that set the same property the later wins. */
export const cn = (...parts: ClassPart[]) => twMerge(parts.filter(Boolean).join(' '))
