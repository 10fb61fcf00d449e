import { useId, useImperativeHandle, useRef, useState, type ClipboardEvent, type KeyboardEvent, type Ref } from 'react'
import { cn } from '@/ui/cn'
import { useRoom } from '../model/chat-state'
import { CompletionList } from './completion-list'
import { inFence, link, newLine, replaceRange, wrap } from './edit-text'
import { triggerAt, useCompletions, type Trigger } from './use-completion'

type FieldProps = {
  room: string
  label: string
  value: string
  onChange: (text: string) => void
  onSend: () => void
  onEscape?: () => void
  /** Arrow up in an empty field. */
  onRecall?: () => void
  onFiles?: (files: File[]) => void
  placeholder?: string
  autoFocus?: boolean
  disabled?: boolean
  className?: string
  ref?: Ref<HTMLTextAreaElement>
}

const FORMAT: Record<string, string> = { b: '**', i: '_', e: '`' }

/** The text of a message: Enter sends, Shift+Enter begins a line, @ # : complete, above the nearest positioned box. */
export function Field({ room, label, value, onChange, onSend, onEscape, onRecall, onFiles, placeholder, autoFocus, disabled, className, ref }: FieldProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const listId = useId()
  const [trigger, setTrigger] = useState<Trigger | null>(null)
  const [chosen, setChosen] = useState(0)
  const items = useCompletions(trigger, useRoom(room)?.members)
  const open = trigger !== null && items.length > 0
  const at = Math.min(chosen, items.length - 1)
  useImperativeHandle(ref, () => field.current as HTMLTextAreaElement)

  function look(target: HTMLTextAreaElement) {
    const next = target.selectionStart === target.selectionEnd ? triggerAt(target.value, target.selectionStart) : null
    if (next?.query !== trigger?.query || next?.sign !== trigger?.sign) setChosen(0)
    setTrigger(next)
  }

  function complete(index: number) {
    const item = items[index]
    if (!item || !trigger || !field.current) return
    replaceRange(field.current, trigger.from, field.current.selectionStart, item.insert)
    setTrigger(null)
  }

  /** Returns whether the key was for the list. */
  function keyInList({ key }: KeyboardEvent) {
    if (!open) return false
    if (key === 'ArrowDown') setChosen((at + 1) % items.length)
    else if (key === 'ArrowUp') setChosen((at - 1 + items.length) % items.length)
    // A command that is written out goes out.
    else if (key === 'Enter' && trigger?.sign === '/' && items.some((item) => item.label === value.trim())) return false
    else if (key === 'Enter' || key === 'Tab') complete(at)
    else if (key === 'Escape') setTrigger(null)
    else return false
    return true
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return
    const { key, shiftKey, currentTarget: target } = event
    const modifier = event.ctrlKey || event.metaKey
    const mark = modifier ? FORMAT[key.toLowerCase()] : undefined
    const plainEnter = key === 'Enter' && !shiftKey && !event.altKey
    const act = (run: () => void) => {
      event.preventDefault()
      event.stopPropagation()
      run()
    }
    if (keyInList(event)) act(() => {})
    else if (mark) act(() => wrap(target, mark))
    else if (modifier && shiftKey && key.toLowerCase() === 'x') act(() => wrap(target, '~~'))
    else if (modifier && shiftKey && key.toLowerCase() === 'u') act(() => link(target))
    else if (plainEnter && (modifier || !inFence(value, target.selectionStart))) act(onSend)
    else if (key === 'Enter' && shiftKey) act(() => newLine(target))
    else if (key === 'Escape' && onEscape) act(onEscape)
    else if (key === 'ArrowUp' && value === '' && onRecall) act(onRecall)
  }

  function onPaste(event: ClipboardEvent) {
    const files = [...event.clipboardData.files]
    if (files.length === 0 || !onFiles) return
    event.preventDefault()
    onFiles(files)
  }

  return (
    <>
      {open && <CompletionList id={listId} items={items} chosen={at} onChoose={complete} onHover={setChosen} />}
      <textarea
        ref={field}
        rows={1}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={open ? listId : undefined}
        aria-activedescendant={open ? `${listId}-${at}` : undefined}
        placeholder={placeholder}
        autoFocus={autoFocus}
        disabled={disabled}
        maxLength={16_000}
        value={value}
        onChange={({ currentTarget }) => {
          onChange(currentTarget.value)
          look(currentTarget)
        }}
        onSelect={({ currentTarget }) => look(currentTarget)}
        onBlur={() => setTrigger(null)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        className={cn('block max-h-[40dvh] min-h-10 w-full resize-none [field-sizing:content] bg-transparent px-3 py-2 text-base outline-none', className)}
      />
    </>
  )
}
