import { lazy, Suspense, useState, type ComponentType, type ReactElement } from 'react'

type ButtonEvents = { onClick?: () => void; onPointerEnter?: () => void; onFocus?: () => void; 'aria-haspopup'?: 'menu' | 'dialog' }

/**
 * A button whose menu loads when somebody reaches for it: the page shows at once, and who never opens
 * the menu never loads it. The loaded component gets the same button as its trigger, and opens.
 */
export function whenReached<P extends object>(kind: 'menu' | 'dialog', load: () => Promise<{ default: ComponentType<P> }>) {
  const Loaded = lazy(load)
  const preload = () => void load().catch(() => {})
  return function WhenReached({ button, ...rest }: Omit<P, 'trigger'> & { button: (events: ButtonEvents) => ReactElement }) {
    const [reached, setReached] = useState(false)
    if (!reached) {
      return button({ onClick: () => setReached(true), onPointerEnter: preload, onFocus: preload, 'aria-haspopup': kind })
    }
    const props = { ...rest, trigger: button({}) } as unknown as P
    return (
      <Suspense fallback={button({})}>
        <Loaded {...props} />
      </Suspense>
    )
  }
}
