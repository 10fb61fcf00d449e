import { fireEvent, render, screen } from '@testing-library/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { queryClient } from '@/lib/api/query'
import { sessionQuery } from '@/lib/session'
import type { Message, Preview } from '@/office/chat/api-types'
import { chat, EMPTY } from '@/office/chat/model/chat-state'
import { ActionsProvider, type MessageActions } from '@/office/chat/room/message-actions'
import { hrefOf, pictureOf } from '@/office/chat/room/preview-size'
import { Previews } from '@/office/chat/room/previews'

const preview = (change: Partial<Preview> = {}): Preview => ({ url: 'https://a.example/x', title: 'A page', description: 'About it', site: 'a.example', image: null, ...change })
const image = (width: number, height: number) => ({ hash: 'abc', width, height })

const message = (previews: Preview[]): Message => ({
  room: 'r', seq: 7, thread: null, topic: null, author: 'ana', author_name: null, text: 'see', files: [], quote: null, previews, reactions: [], pinned: false,
  replies: null, created_at: '2026-11-20T10:00:00Z', edited_at: null, deleted: false, command_id: null, hook: null,
})

function show(previews: Preview[], userId: string) {
  const removePreview = vi.fn()
  chat.set({ ...EMPTY, userId })
  queryClient.setQueryData(sessionQuery.queryKey, { permissions: [] } as never)
  render(
    <QueryClientProvider client={queryClient}>
      <ActionsProvider value={{ removePreview } as unknown as MessageActions}>
        <Previews message={message(previews)} />
      </ActionsProvider>
    </QueryClientProvider>,
  )
  return removePreview
}

afterEach(() => chat.set(EMPTY))

test.each([
  [{ image: image(1200, 600) }, { place: 'below', width: 420, height: 210 }],
  [{ image: image(1200, 1200) }, { place: 'beside', width: 72, height: 72 }],
  [{ image: image(64, 32) }, { place: 'beside', width: 72, height: 72 }],
  [{ image: image(100, 5000), title: '' }, { place: 'alone', width: 40, height: 260 }],
  [{ image: image(1, 1), title: '' }, { place: 'alone', width: 40, height: 32 }],
  [{ image: null }, null],
])('the room of a picture is known before its bytes: %j', (change, expected) => {
  expect(pictureOf(preview(change))).toEqual(expected)
})

test('only a page of the web is opened', () => {
  expect(hrefOf('https://a.example/x')).toBe('https://a.example/x')
  expect(hrefOf('javascript:alert(1)')).toBeUndefined()
})

test('a preview names its page, and its picture comes from this server', () => {
  show([preview({ image: image(1200, 600) })], 'ben')
  const link = screen.getByRole('link', { name: 'A page' })
  expect(link.getAttribute('href')).toBe('https://a.example/x')
  expect(link.getAttribute('rel')).toContain('noreferrer')
  const picture = document.querySelector('img')
  expect(picture?.getAttribute('src')).toMatch(/^\/api\/v1\/chat\/rooms\/r\/files\/abc/)
  expect([picture?.width, picture?.height]).toEqual([420, 210])
  expect(screen.queryByRole('button')).toBeNull()
})

test('the author takes one of two away', () => {
  const removePreview = show([preview(), preview({ url: 'https://b.example/', title: 'Another' })], 'ana')
  fireEvent.click(screen.getAllByRole('button', { name: 'preview.remove' })[1]!)
  expect(removePreview).toHaveBeenCalledWith(expect.objectContaining({ seq: 7 }), 'https://b.example/')
})
