import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rec } from '../model/types'
import type { BoardColumn } from './columns'

type Board = {
  columns: readonly BoardColumn[]
  cards: Map<string, Rec[]>
  titleOf: (record: Rec) => string
  onMove: (id: string, column: string, index: number) => void
}

type Place = { column: number; index: number }

/** The board with the keyboard: arrows walk over the cards, space lifts one, arrows carry it, space or Enter drops it. */
export function useKeyboardMove({ columns, cards, titleOf, onMove }: Board) {
  const { t } = useTranslation('business')
  const [lifted, setLifted] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  /** Where the lifted card stood: Escape brings it back. */
  const home = useRef<Place>({ column: 0, index: 0 })
  const focusNext = useRef<string | null>(null)
  useEffect(() => {
    const id = focusNext.current
    if (!id) return
    const card = document.querySelector<HTMLElement>(`[data-card="${id}"]`)
    if (card && card !== document.activeElement) card.focus()
  })
  const at = ({ column }: Place) => cards.get(columns[column]?.value ?? '') ?? []
  function placeOf(id: string): Place | null {
    for (const [column, { value }] of columns.entries()) {
      const index = (cards.get(value) ?? []).findIndex((record) => record.id === id)
      if (index >= 0) return { column, index }
    }
    return null
  }
  function carry(id: string, to: Place) {
    const column = columns[to.column]
    if (!column) return
    focusNext.current = id
    onMove(id, column.value, to.index)
    setSaid(t('board.said.moved', { column: column.label }))
  }
  function walk(place: Place, key: string) {
    const step = key === 'ArrowLeft' ? -1 : 1
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const next = at(place)[place.index + (key === 'ArrowUp' ? -1 : 1)]
      return next && document.querySelector<HTMLElement>(`[data-card="${next.id}"]`)?.focus()
    }
    for (let column = place.column + step; column >= 0 && column < columns.length; column += step) {
      const records = at({ column, index: 0 })
      const next = records[Math.min(place.index, records.length - 1)]
      if (next) return document.querySelector<HTMLElement>(`[data-card="${next.id}"]`)?.focus()
    }
    return undefined
  }
  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const id = (event.target as HTMLElement).dataset.card
    const place = id ? placeOf(id) : null
    if (!id || !place) return
    const record = at(place)[place.index]
    const isArrow = event.key.startsWith('Arrow')
    if (event.key === ' ' || (event.key === 'Enter' && lifted === id)) {
      if (lifted === id) {
        setLifted(null)
        focusNext.current = null
        setSaid(t('board.said.dropped', { column: columns[place.column]?.label ?? '' }))
      } else {
        home.current = place
        setLifted(id)
        setSaid(t('board.said.lifted', { title: record ? titleOf(record) : '' }))
      }
    } else if (event.key === 'Escape' && lifted === id) {
      setLifted(null)
      carry(id, home.current)
      setSaid(t('board.said.cancelled'))
    } else if (isArrow && lifted === id) {
      const sideways = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
      const down = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
      carry(id, { column: place.column + sideways, index: Math.max(0, place.index + down) })
    } else if (isArrow) {
      focusNext.current = null
      walk(place, event.key)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return { lifted, said, onKeyDown }
}
