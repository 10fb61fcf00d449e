import { describe, expect, it } from 'vitest'
import { RULES, readRule } from '@/business/model/recurrence'

describe('rules of what comes again', () => {
  it('have a name where they are usual', () => {
    for (const { rule, name } of RULES) expect(readRule(rule)).toEqual({ name, rest: null, times: null })
  })

  it('say by themselves how many times are left', () => {
    expect(readRule('FREQ=DAILY;COUNT=3')).toEqual({ name: 'daily', rest: null, times: 3 })
    expect(readRule('freq=weekly;byday=TU,FR')).toEqual({ name: null, rest: 'FREQ=WEEKLY;BYDAY=TU,FR', times: null })
  })
})
