import { expect, test } from 'vitest'
import { EVERYTHING, fieldAccess, NOTHING, standardOf, withFieldAccess, withReach } from '@/business/model/policies'

test('who may change may also see', () => {
  expect(withReach(NOTHING, 'edit', 'team')).toMatchObject({ read: 'team', edit: 'team', delete: 'none' })
  expect(withReach(EVERYTHING, 'delete', 'own')).toMatchObject({ read: 'all', edit: 'all', delete: 'own' })
})

test('what is not seen is not changed', () => {
  expect(withReach(EVERYTHING, 'read', 'own')).toMatchObject({ read: 'own', edit: 'own', delete: 'own' })
  expect(withReach({ ...EVERYTHING, edit: 'own', delete: 'none' }, 'read', 'team')).toMatchObject({ edit: 'own', delete: 'none' })
})

test('a field is hidden, or read only, or neither', () => {
  const hidden = withFieldAccess(EVERYTHING, 'margin', 'hidden')
  expect(fieldAccess(hidden, 'margin')).toBe('hidden')
  const readOnly = withFieldAccess(hidden, 'margin', 'read')
  expect(readOnly).toMatchObject({ hidden: [], read_only: ['margin'] })
  expect(withFieldAccess(readOnly, 'margin', 'edit')).toEqual(EVERYTHING)
})

test('guests see nothing and members everything until something else is said', () => {
  expect(standardOf('role:tenant_guest')).toEqual(NOTHING)
  expect(standardOf('role:tenant_user')).toEqual(EVERYTHING)
})
