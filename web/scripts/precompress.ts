import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const COMPRESSIBLE = /\.(js|css|html|svg|json|txt|webmanifest|wasm)$/
// Below this size the header of a compressed response costs more than it saves.
const MINIMUM_BYTES = 512

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesUnder(path) : [path]
  })
}

function compress(path: string) {
  const bytes = readFileSync(path)
  if (bytes.length < MINIMUM_BYTES) return
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
}

/**
 * Writes `.br` and `.gz` beside each text asset, so that the server never compresses at run time.
 * `index.html` is left out: the server fills in a nonce per response.
 */
export function precompress(): Plugin {
  let folder = 'dist'
  return {
    name: 'kontor-precompress',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const path of filesUnder(folder)) {
        if (COMPRESSIBLE.test(path) && !path.endsWith('index.html')) compress(path)
      }
    },
  }
}
