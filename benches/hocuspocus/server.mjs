// Hocuspocus as its documentation sets it up, with its database extension.
//
// The extension asks for two functions. Here they keep one file a document, which is the least that
// a store can cost; nothing is measured against Hocuspocus that it would not do in service.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';

const [port, folder] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const file = (name) => join(folder, `${encodeURIComponent(name)}.yjs`);

const database = new Database({
  fetch: async ({ documentName }) => {
    try {
      return await readFile(file(documentName));
    } catch (error) {
      if (error.code === 'ENOENT') return null;
      throw error;
    }
  },
  store: async ({ documentName, state }) => {
    const target = file(documentName);
    await writeFile(`${target}.new`, state);
    await rename(`${target}.new`, target);
  },
});

// So that memory is measured without garbage.
process.on('SIGUSR2', () => globalThis.gc?.());

await new Server({ address: '127.0.0.1', port: Number(port), quiet: true, extensions: [database] }).listen();
