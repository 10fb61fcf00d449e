import { useEffect, useEffectEvent } from 'react'

const isEdited = (target: EventTarget | null) => target instanceof Element && target.closest('input, textarea, [contenteditable="true"]') !== null

/** Files that are pasted anywhere but into a field. */
export function usePastedFiles(onFiles: ((files: File[]) => void) | null) {
  const take = useEffectEvent((event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (!onFiles || files.length === 0 || isEdited(event.target)) return
    event.preventDefault()
    onFiles(files)
  })
  useEffect(() => {
    const listen = (event: ClipboardEvent) => take(event)
    document.addEventListener('paste', listen)
    return () => document.removeEventListener('paste', listen)
  }, [])
}
