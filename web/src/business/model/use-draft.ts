import { useRef, useState } from 'react'
import type { Fields } from './types'

/** The fields of a form. A field that keeps its text when it loses the focus does so in the moment of sending: `latest` knows it. */
export function useDraft(initial: Fields) {
  const [fields, setFields] = useState(initial)
  const latest = useRef(initial)
  function set(name: string, value: unknown) {
    latest.current = { ...latest.current, [name]: value }
    setFields(latest.current)
  }
  return { fields, latest, set }
}
