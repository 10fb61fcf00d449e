import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { readTotals } from '../model/api'
import type { Condition, Filter, Kind, Rec } from '../model/types'
import { totalsOf, type GroupTotal } from './groups'

const AFTER_MS = 400
const NOTHING: ReadonlyMap<string, GroupTotal> = new Map()

type Asked = { conditions: readonly Condition[]; also: readonly Filter[]; q: string; group: string | null; sums: readonly string[]; off: boolean }

/** What the groups of a list add up to, asked of the server again whenever the list has changed. */
export function useGroupTotals(kind: Kind, items: readonly Rec[], { conditions, also, q, group, sums, off }: Asked): ReadonlyMap<string, GroupTotal> {
  const [moment, setMoment] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setMoment((count) => count + 1), AFTER_MS)
    return () => clearTimeout(timer)
  }, [items])
  const wanted = sums.length > 0 ? sums : [null]
  const { data } = useQuery({
    queryKey: ['records', 'totals', kind.name, group, sums, conditions, also, q, moment],
    queryFn: async () => totalsOf(await Promise.all(wanted.map(async (sum) => ({ sum, totals: await readTotals(kind.name, conditions, also, q, group, sum) })))),
    enabled: !off && (group !== null || sums.length > 0),
    placeholderData: (known) => known,
    gcTime: 10_000,
  })
  return data ?? NOTHING
}
