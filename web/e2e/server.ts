import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const BINARY = resolve(process.env.KONTOR_BIN ?? join(ROOT, 'target/debug/kontor'))
const START_MS = 30_000

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** A real kontor with data of its own and the business of examples/acme.json in it. */
export class KontorServer {
  readonly #data = mkdtempSync(join(tmpdir(), 'kontor-e2e-'))
  readonly #settings: Record<string, string>
  #port = 0
  #process: ChildProcess | null = null

  /** Settings beside the defaults, as variables. */
  constructor(settings: Record<string, string> = {}) {
    this.#settings = settings
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`
  }

  /** What the operator of the installation reads in its folder. */
  get operatorKey() {
    return readFileSync(join(this.#data, 'platform.token'), 'utf8').trim()
  }

  async begin() {
    this.#port = await freePort()
    execFileSync(BINARY, ['activate', join(ROOT, 'examples/acme.json'), '--data', this.#data], { stdio: 'pipe' })
    await this.start()
    return this
  }

  /** Starts at the same address and data as before. */
  async start() {
    const started = spawn(BINARY, ['serve', '--data', this.#data, '--http', `127.0.0.1:${this.#port}`], {
      stdio: 'ignore',
      env: { ...process.env, ...this.#settings },
    })
    this.#process = started
    const until = Date.now() + START_MS
    while (Date.now() < until) {
      if (started.exitCode !== null) throw new Error(`kontor ended with ${started.exitCode}`)
      const answer = await fetch(`${this.url}/health/ready`).catch(() => null)
      if (answer?.ok) return
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error('kontor did not become ready')
  }

  /** Ends it without a chance to tidy up. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL') {
    const running = this.#process
    this.#process = null
    if (!running || running.exitCode !== null) return
    const gone = once(running, 'exit')
    running.kill(signal)
    await gone
  }

  async end() {
    await this.kill()
    rmSync(this.#data, { recursive: true, force: true })
  }
}
