import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { RecordChart } from '@/lib/api/types'
import { live } from '@/lib/live'
import { readRecords, readTotals } from '../model/api'
import { partsOf } from '../model/saved-views'

const SOON_MS = 400
const AGAIN_MS = 1_500

/** The totals of a chart, asked again soon after a record of it has changed. */
export function useChartTotals(chart: RecordChart) {
  const client = useQueryClient()
  const [attempt, setAttempt] = useState(0)
  const asked = JSON.stringify([chart.kind, chart.filter ?? null])
  const key = ['records', 'totals', 'chart', chart.kind, chart.filter ?? null, chart.by ?? null, chart.sum ?? null]
  const keyText = JSON.stringify(key)
  const { conditions, also } = partsOf(chart.filter)
  const query = useQuery({ queryKey: key, queryFn: () => readTotals(chart.kind, conditions, also, '', chart.by ?? null, chart.sum ?? null), placeholderData: keepPreviousData, staleTime: 0 })
  useEffect(() => {
    let [stopped, stop] = [false, () => {}]
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void client.invalidateQueries({ queryKey: JSON.parse(keyText) as unknown[] }), SOON_MS)
    }
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => setAttempt((count) => count + 1), AGAIN_MS + Math.random() * AGAIN_MS)
    }
    const [kind, filter] = JSON.parse(asked) as [string, RecordChart['filter']]
    const parts = partsOf(filter)
    // The list itself is of no interest, but the topic that tells of it is.
    readRecords({ kind, conditions: parts.conditions, also: parts.also, sort: [] }, { limit: 1, live: true }).then(({ topic }) => {
      if (stopped || !topic) return
      // What has happened before the topic was heard is in the totals that are read then.
      stop = live.subscribe(topic, { subscribed: soon, events: soon, refused: later })
    }, later)
    return () => {
      stopped = true
      clearTimeout(timer)
      stop()
    }
  }, [client, asked, keyText, attempt])
  return query
}
