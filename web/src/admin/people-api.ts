import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '@/lib/api/client'
import type { Role, User } from '@/lib/api/types'

export const peopleListQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['people', 'list', q],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET('/api/v1/people', {
          params: { query: { limit: 50, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor || null,
  })

export type NewPerson = { email: string; name: string; role: Role }

export function useAddPerson() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: NewPerson) => unwrap(api.POST('/api/v1/people', { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  })
}

export type PersonChange = { id: string; role?: Role; status?: User['status']; password?: string }

export function useChangePerson() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: PersonChange) => unwrap(api.PATCH('/api/v1/people/{id}', { params: { path: { id } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['people'] }),
  })
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 16

/** A password that is easy to read aloud: no letters that look like digits. */
export function generatePassword() {
  // 256 is no multiple of the alphabet's length: taking the rest would favour its first letters.
  const limit = 256 - (256 % ALPHABET.length)
  let password = ''
  while (password.length < LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH * 2))) {
      if (byte < limit && password.length < LENGTH) password += ALPHABET[byte % ALPHABET.length]
    }
  }
  return password
}
