import { cn } from '@/ui/cn'
import { emojiUrl } from '../api'

/** An emoji of Unicode, or an own one by its name between colons. */
export function EmojiFace({ emoji, className }: { emoji: string; className?: string }) {
  const own = /^:([\w+-]+):$/.exec(emoji)
  return own ? <img src={emojiUrl(own[1] ?? '')} alt={emoji} className={cn('size-4', className)} /> : <span>{emoji}</span>
}
