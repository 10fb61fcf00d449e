import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

// Imports go right only: a layer knows those after it, never those before.
const LAYERS = ['routes', 'app', 'admin', 'business', 'office', 'lib', 'ui']
const SOURCE = join(import.meta.dirname, '../src')

const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : [path]
  })

const layerOf = (path: string) => LAYERS.indexOf(path.split('/')[0] ?? '')

function importsOf(path: string) {
  const text = readFileSync(join(SOURCE, path), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap(([, name = '']) => {
    if (name.startsWith('@/')) return [name.slice(2)]
    return name.startsWith('.') ? [relative(SOURCE, join(SOURCE, path, '..', name))] : []
  })
}

test('imports go right only: routes → app → admin → business → office → lib → ui', () => {
  const wrong = files(SOURCE)
    .map((path) => relative(SOURCE, path))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.gen.ts') && layerOf(path) >= 0)
    .flatMap((path) =>
      importsOf(path)
        .filter((name) => layerOf(name) >= 0 && layerOf(name) < layerOf(path))
        .map((name) => `${path} imports ${name}`),
    )
  expect(wrong).toEqual([])
})

test('no source file is longer than 400 lines', () => {
  const long = files(SOURCE).filter((path) => !/\.(gen|d)\.ts$/.test(path) && readFileSync(path, 'utf8').split('\n').length > 400)
  expect(long).toEqual([])
})
