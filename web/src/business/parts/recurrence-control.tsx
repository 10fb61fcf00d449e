import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { RULES, readRule } from '../model/recurrence'
import { useLabel } from '../model/use-kinds'
import type { ControlProps } from './field-control'

const OWN = 'own'

/** How often something comes again: one of the usual rules, or one that is written out. */
export default function RecurrenceControl({ field, value, onCommit, onDone, autoOpen, id, describedBy, className }: ControlProps & { className: string }) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const rule = typeof value === 'string' ? value : ''
  const [own, setOwn] = useState(rule !== '' && readRule(rule).name === null)
  const [text, setText] = useState(rule)
  const name = label(field.label)
  function choose(next: string) {
    setOwn(next === OWN)
    if (next === OWN) return
    if (next !== rule) onCommit(next === '' ? null : next)
    onDone?.('enter')
  }
  function finish(by: 'enter' | 'escape' | 'away') {
    const next = text.trim()
    if (by !== 'escape' && next !== rule) onCommit(next === '' ? null : next)
    onDone?.(by)
  }
  return (
    <span
      className="flex h-full w-full gap-1.5"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && (own ? finish('away') : onDone?.('away'))}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !onDone) return
        event.preventDefault()
        event.stopPropagation()
        onDone('escape')
      }}
    >
      <select
        id={id}
        autoFocus={autoOpen}
        aria-label={id ? undefined : name}
        aria-describedby={describedBy}
        value={own ? OWN : rule}
        onChange={(event) => choose(event.target.value)}
        className={cn(className, 'min-w-0 flex-1 px-1.5 [&>option]:bg-raised')}
      >
        <option value="">{t('recurrence.never')}</option>
        {RULES.map((one) => (
          <option key={one.rule} value={one.rule}>
            {t(`recurrence.${one.name}`)}
          </option>
        ))}
        {rule !== '' && !own && !RULES.some((one) => one.rule === rule) && <option value={rule}>{rule}</option>}
        <option value={OWN}>{t('recurrence.own')}</option>
      </select>
      {own && (
        <input
          autoFocus={autoOpen || rule === ''}
          aria-label={t('recurrence.rule')}
          placeholder="FREQ=WEEKLY;BYDAY=TU,FR"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
            if (onDone) event.preventDefault()
            finish('enter')
          }}
          className={cn(className, 'min-w-0 flex-[1.4] font-mono text-xs')}
        />
      )}
    </span>
  )
}
