import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { live } from '@/lib/live'
import { filesKey, historyQuery, recordQuery } from './api'

export type Presence = { user: string; field: string | null }

const people = (data: unknown): Presence[] => {
  const list = (data as { people?: unknown } | null)?.people
  return Array.isArray(list) ? (list as Presence[]) : []
}

/** Follows one record: reads it again when it changes, and tells who else is here, and in which field. */
export function useRecordLive(kind: string, id: string, me: string) {
  const client = useQueryClient()
  const [present, setPresent] = useState<Presence[]>([])
  const [attempt, setAttempt] = useState(0)
  const focused = useRef<string | null>(null)
  useEffect(() => {
    let again: ReturnType<typeof setTimeout> | undefined
    const read = () => {
      void client.invalidateQueries({ queryKey: recordQuery(kind, id).queryKey })
      void client.invalidateQueries({ queryKey: historyQuery(kind, id).queryKey })
      void client.invalidateQueries({ queryKey: filesKey(id) })
    }
    const stop = live.subscribe(`record:${id}`, {
      events: read,
      signal: (name, data) => name === 'record.people' && setPresent(people(data)),
      subscribed() {
        read()
        if (focused.current) live.hint('record.focus', { record: id, field: focused.current })
      },
      refused() {
        again = setTimeout(() => setAttempt((count) => count + 1), 1_000 + Math.random() * 1_000)
      },
    })
    return () => {
      clearTimeout(again)
      stop()
    }
  }, [client, kind, id, attempt])
  const focus = useCallback(
    (field: string | null) => {
      if (focused.current === field) return
      focused.current = field
      live.hint('record.focus', { record: id, field })
    },
    [id],
  )
  const others = present.filter(({ user }, index) => user !== me && present.findIndex((one) => one.user === user) === index)
  return { others, focus }
}
