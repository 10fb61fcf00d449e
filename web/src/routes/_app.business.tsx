import { createFileRoute } from '@tanstack/react-router'
import { BusinessLayout } from '@/business/business-layout'

export const Route = createFileRoute('/_app/business')({ component: BusinessLayout })
