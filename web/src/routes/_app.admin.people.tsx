import { createFileRoute } from '@tanstack/react-router'
import { PeoplePage } from '@/admin/people-page'

export const Route = createFileRoute('/_app/admin/people')({ component: PeoplePage })
