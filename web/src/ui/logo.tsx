export function Logo({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path d="M11 8v16M21.500 8 12 16l9.500 8" fill="none" stroke="white" strokeWidth="3.200" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
