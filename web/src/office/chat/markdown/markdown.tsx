import { memo, useMemo, type ReactNode } from 'react'
import { cn } from '@/ui/cn'
import type { Block, Inline } from './ast'
import { CodeBlock } from './code'
import { CustomEmoji, Everybody, GroupMention, RoomMention, UserMention } from './mentions'
import { parseMarkdown } from './parse-blocks'

const keyed = <T,>(list: readonly T[], draw: (item: T, key: number) => ReactNode) => list.map((item, key) => draw(item, key))

const Link = ({ href, children }: { href: string; children: ReactNode }) => (
  <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="text-accent-text underline decoration-accent-text/35 underline-offset-2 hover:decoration-accent-text">
    {children}
  </a>
)

function inline(node: Inline, key: number): ReactNode {
  switch (node.type) {
    case 'text':
      return node.text
    case 'break':
      return <br key={key} />
    case 'strong':
      return <strong key={key} className="font-semibold">{keyed(node.children, inline)}</strong>
    case 'em':
      return <em key={key}>{keyed(node.children, inline)}</em>
    case 'strike':
      return <s key={key}>{keyed(node.children, inline)}</s>
    case 'code':
      return <code key={key} className="rounded-sm bg-press px-1 py-px font-mono text-[0.86em]">{node.text}</code>
    case 'link':
      return <Link key={key} href={node.href}>{keyed(node.children, inline)}</Link>
    case 'user':
      return <UserMention key={key} id={node.id} />
    case 'group':
      return <GroupMention key={key} id={node.id} />
    case 'room':
      return <RoomMention key={key} id={node.id} />
    case 'everybody':
      return <Everybody key={key} which={node.which} />
    case 'emoji':
      return <CustomEmoji key={key} name={node.name} />
  }
}

const ALIGN = { left: 'text-left', right: 'text-right tnum', center: 'text-center' }

function Table({ align, head, rows }: Extract<Block, { type: 'table' }>) {
  const cell = (column: number) => cn('border px-2.5 py-1', ALIGN[align[column] ?? 'left'])
  return (
    <div className="my-1 max-w-full overflow-x-auto" tabIndex={0}>
      <table className="border-collapse text-sm">
        <thead className="bg-sunken">
          <tr>{keyed(head, (nodes, column) => <th key={column} scope="col" className={cn(cell(column), 'font-semibold')}>{keyed(nodes, inline)}</th>)}</tr>
        </thead>
        <tbody>
          {keyed(rows, (row, index) => (
            <tr key={index}>{keyed(row, (nodes, column) => <td key={column} className={cell(column)}>{keyed(nodes, inline)}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function List({ ordered, start, items }: Extract<Block, { type: 'list' }>) {
  const rows = keyed(items, ({ checked, children }, key) => (
    <li key={key} className={checked === null ? '' : 'list-none'}>
      {checked !== null && <input type="checkbox" checked={checked} readOnly disabled aria-hidden className="-ml-5 mr-1.5 size-3.5 translate-y-0.5 accent-(--accent)" />}
      {keyed(children, block)}
    </li>
  ))
  if (ordered) return <ol start={start} className="my-0.5 list-decimal pl-6 marker:text-fg-3 marker:tnum">{rows}</ol>
  return <ul className="my-0.5 list-disc pl-6 marker:text-fg-3">{rows}</ul>
}

function block(node: Block, key: number): ReactNode {
  switch (node.type) {
    case 'paragraph':
      return <p key={key} className="[&+p]:mt-2">{keyed(node.children, inline)}</p>
    case 'heading':
      return <p key={key} className="mt-2 font-semibold first:mt-0">{keyed(node.children, inline)}</p>
    case 'code':
      return <CodeBlock key={key} language={node.language} text={node.text} />
    case 'quote':
      return <blockquote key={key} className="my-1 border-l-3 border-line-strong pl-3 text-fg-2">{keyed(node.children, block)}</blockquote>
    case 'list':
      return <List key={key} {...node} />
    case 'table':
      return <Table key={key} {...node} />
    case 'rule':
      return <hr key={key} className="my-2" />
  }
}

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\u{FE0F}|\p{Emoji_Modifier}|\u{200D}\p{Extended_Pictographic})*\s*){1,6}$/u

/** A message as elements. Its text is never HTML, so nothing in it can become markup. */
export const Markdown = memo(function Markdown({ text, className }: { text: string; className?: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text])
  const large = text.length < 60 && ONLY_EMOJI.test(text)
  return <div className={cn('min-w-0 break-words [overflow-wrap:anywhere]', large && 'text-2xl leading-9', className)}>{keyed(blocks, block)}</div>
})
