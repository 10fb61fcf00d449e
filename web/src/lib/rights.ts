import type { Right } from './api/types'

const ORDER: Right[] = ['view', 'comment', 'edit', 'manage']

/** Rights are cumulative: who may edit may also comment and view. */
export const allows = (right: Right, needed: Right) => ORDER.indexOf(right) >= ORDER.indexOf(needed)

export const canEdit = (right: Right) => allows(right, 'edit')
export const canManage = (right: Right) => allows(right, 'manage')
