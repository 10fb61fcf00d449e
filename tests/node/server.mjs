// A real Kontor on a free port, with the demo business.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

const source = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.KONTOR_BIN ?? join(source, 'target/debug/kontor');

export class Server {
  static async start() {
    const data = await mkdtemp(join(tmpdir(), 'kontor-peers-'));
    await promisify(execFile)(binary, ['activate', join(source, 'examples/acme.json'), '--data', data]);
    const server = new Server(data, `127.0.0.1:${await freePort()}`);
    await server.run();
    return server;
  }

  constructor(data, host) {
    this.data = data;
    this.host = host;
  }

  async run() {
    this.process = spawn(binary, ['serve', '--data', this.data, '--http', this.host], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // All people of a test come from one address.
      env: { KONTOR__LIMITS__REQUESTS_PER_SECOND: '100000', KONTOR__LOG__FILTER: 'warn', ...process.env },
    });
    await until(() => fetch(`http://${this.host}/health/ready`).then((answer) => answer.ok, () => false));
  }

  async kill() {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  async stop() {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }

  async signIn(email) {
    const { token } = await this.post('/auth/sign-in', { email, password: 'kontor-demo-1' });
    return token;
  }

  async post(path, body, token) {
    const answer = await fetch(`http://${this.host}/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  // The provider as npm has it; only the socket class adds the header, as browsers add the cookie.
  provider(token, id, doc = new Y.Doc()) {
    class Authorized extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols, { headers: { Authorization: `Bearer ${token}` } });
      }
    }
    return new WebsocketProvider(`ws://${this.host}/api/v1/documents`, `${id}/sync`, doc, {
      WebSocketPolyfill: Authorized,
      disableBc: true,
      maxBackoffTime: 200,
    });
  }
}

// Waits for a condition; the limit only ends a test that has failed.
export async function until(condition, limit = 20_000) {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
