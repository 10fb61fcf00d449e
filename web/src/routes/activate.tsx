import { createFileRoute } from '@tanstack/react-router'
import { ActivatePage } from '@/business/activate/activate-page'

export const Route = createFileRoute('/activate')({ component: ActivatePage })
