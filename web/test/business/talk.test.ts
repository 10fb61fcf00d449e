import { expect, test } from 'vitest'
import { mentionAt, mentionedIn, peopleFor, withMentions } from '@/business/model/mentions'

const person = (number: number, name: string) => ({ id: `00000000-0000-4000-8000-00000000000${number}`, name, email: `${number}@x.example` })
const [ana, ann, ben] = [person(1, 'Ana Ribeiro'), person(2, 'Ana'), person(3, 'Ben Ökten')]
const people = new Map([ana, ann, ben].map((one) => [one.id, one]))

test('whom a comment names is told once, the longest name first, and code names nobody', () => {
  expect(mentionedIn('@Ana Ribeiro and @Ben Ökten, and again @Ana Ribeiro', people)).toEqual([ana.id, ben.id])
  expect(mentionedIn('@Ana, please', people)).toEqual([ann.id])
  expect(mentionedIn('mail@Ana or `@Ana`', people)).toEqual([])
})

test('mentions stand out, and the rest stays as it was written', () => {
  expect(withMentions('Ask @Ben Ökten in @channel, `@Ana`', people)).toBe('Ask **@Ben Ökten** in @channel, `@Ana`')
})

test('the name that is being written is found before the caret', () => {
  expect(mentionAt('Hello @be', 9)).toEqual({ query: 'be', from: 6 })
  expect(mentionAt('Hello @Ana Ri', 13)).toEqual({ query: 'Ana Ri', from: 6 })
  expect(mentionAt('mail@be', 7)).toBe(null)
  expect(mentionAt('@be done it', 11)).toBe(null)
})

test('people are found by any of their names, without regard to accents, and never oneself', () => {
  const names = (query: string) => peopleFor(query, people, ann.id).map(({ name }) => name)
  expect(names('ok')).toEqual(['Ben Ökten'])
  expect(names('ana ri')).toEqual(['Ana Ribeiro'])
  expect(names('')).toEqual(['Ana Ribeiro', 'Ben Ökten'])
})
