import { createFileRoute } from '@tanstack/react-router'
import { BusinessHome } from '@/business/business-home'

export const Route = createFileRoute('/_app/business/')({ component: BusinessHome })
