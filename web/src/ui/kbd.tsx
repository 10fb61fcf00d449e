const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent)

const NAMES: Record<string, string> = isMac
  ? { Mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↵' }
  : { Mod: 'Ctrl', Enter: '↵' }

export function Keys({ keys, className = '' }: { keys: string[]; className?: string }) {
  return (
    <span className={`inline-flex gap-1 ${className}`}>
      {keys.map((key) => (
        <kbd
          key={key}
          className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm bg-press px-1 font-sans text-2xs text-fg-2"
        >
          {NAMES[key] ?? key}
        </kbd>
      ))}
    </span>
  )
}
