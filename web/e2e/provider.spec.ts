import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from './kontor'
import { PEOPLE } from './people'

const PROVIDER = join(import.meta.dirname, '../../tests/node/provider.mjs')

type Told = { text: string; people: (string | null)[] }

/** Ben in Node, with the y-websocket provider as npm has it. */
function benInNode(url: string, documentId: string) {
  const node = spawn(process.execPath, [PROVIDER, new URL(url).host, documentId, PEOPLE.ben.email], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let told: Told = { text: '', people: [] }
  createInterface({ input: node.stdout }).on('line', (line) => {
    told = JSON.parse(line) as Told
  })
  return {
    write: (line: string) => node.stdin.write(`${line}\n`),
    told: () => told,
    leave: async () => {
      const gone = once(node, 'exit')
      node.stdin.end()
      await gone
    },
  }
}

test('an unmodified y-websocket provider in Node writes the same document as a browser tab', async ({ ana, url }) => {
  const id = await ana.newDocument('Beside Node')
  await ana.share(id, 'ben', 'edit')
  await ana.open(id)
  const ben = benInNode(url, id)
  await ana.write('From the browser.')
  await expect.poll(() => ben.told().text).toContain('From the browser.')
  await expect.poll(() => ben.told().people).toContain('Ana Ribeiro')
  ben.write('From Node.')
  await expect(ana.body).toContainText('From Node.')
  await ana.write(' And back.')
  await expect.poll(() => ben.told().text).toContain('From Node. And back.')
  await ana.expectSaved()
  await ben.leave()
  await ana.page.reload()
  await expect(ana.body).toContainText('From Node. And back.')
})
