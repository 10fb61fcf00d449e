import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as Y from 'yjs';
import { chance, content, randomEdit } from './history.mjs';
import { Server, until } from './server.mjs';

const histories = Number(process.env.KONTOR_PEER_HISTORIES ?? 40);
const firstSeed = Number(process.env.KONTOR_PEER_SEED ?? 1);

let server;
let ana;

before(async () => {
  server = await Server.start();
  ana = await server.signIn('ana@acme.example');
});
after(() => server.stop());

async function document() {
  const { id } = await server.post('/documents', { title: 'Peers' }, ana);
  return id;
}

async function join(id, doc) {
  const provider = server.provider(ana, id, doc);
  await until(() => provider.synced);
  return provider;
}

test('two unmodified providers see the same text and each other', async () => {
  const id = await document();
  const one = await join(id);
  const other = await join(id);
  one.doc.getText('text').insert(0, 'hello');
  one.awareness.setLocalStateField('user', { name: 'Ana' });
  await until(() => other.doc.getText('text').toString() === 'hello');
  await until(() => [...other.awareness.getStates().values()].some((state) => state.user?.name === 'Ana'));
  one.destroy();
  await until(() => other.awareness.getStates().size === 1);
  other.destroy();
});

test('what was written offline merges after a kill of the server', async () => {
  const id = await document();
  const one = await join(id);
  const other = await join(id);
  one.doc.getText('text').insert(0, 'before ');
  await until(() => other.doc.getText('text').length === 7);
  await server.kill();
  one.doc.getText('text').insert(7, 'one');
  other.doc.getText('text').insert(7, 'two');
  await server.run();
  await until(() => one.doc.getText('text').length === 13 && content(one.doc) === content(other.doc));
  one.destroy();
  other.destroy();
});

test('a provider that calls itself synced has all, also what came after the snapshot', async () => {
  const id = await document();
  const [one, other] = [await join(id), await join(id)];
  const text = one.doc.getText('text');
  const seen = () => other.doc.getText('text').length === text.length;
  // As many edits and bytes as make the server fold its log while they come.
  for (let edit = 0; edit < 2100; edit += 1) {
    text.insert(edit % 2 === 0 ? 0 : text.length, 'a rather long word, so that it grows ');
    if (edit % 50 === 0) await until(seen);
  }
  for (const word of ['after', 'the', 'snapshot']) {
    text.insert(3, word);
    await until(seen);
  }
  const expected = text.toString();
  for (const provider of [one, other]) provider.disconnect();
  await server.kill();
  await server.run();
  const fresh = server.provider(ana, id);
  const atSync = await new Promise((resolve) => {
    fresh.on('sync', (synced) => synced && resolve(fresh.doc.getText('text').toString()));
  });
  assert.equal(atSync, expected);
  for (const provider of [one, other, fresh]) provider.destroy();
});

test(`${histories} random histories of three clients converge, and the server's document with them`, async () => {
  for (let seed = firstSeed; seed < firstSeed + histories; seed += 1) await history(seed);
});

async function history(seed) {
  const below = chance(seed);
  const id = await document();
  const clients = await Promise.all([1, 2, 3].map(() => join(id)));
  for (let step = 0; step < 60; step += 1) {
    const client = clients[below(3)];
    // Partial syncs: people fall off the line and come back.
    if (below(12) === 0) client.shouldConnect ? client.disconnect() : client.connect();
    randomEdit(client.doc, below);
    if (below(4) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const client of clients) client.connect();
  await converge(clients, seed);
  const fresh = await join(id);
  await converge([...clients, fresh], seed);
  const reference = new Y.Doc();
  for (const client of clients) Y.applyUpdate(reference, Y.encodeStateAsUpdate(client.doc));
  assert.equal(content(fresh.doc), content(reference), `seed ${seed}: the server's document differs`);
  for (const client of [...clients, fresh]) client.destroy();
}

async function converge(clients, seed) {
  await until(() => {
    const synced = clients.every((client) => client.wsconnected && client.synced);
    return synced && new Set(clients.map((client) => sameVector(client))).size === 1;
  });
  await until(() => new Set(clients.map((client) => content(client.doc))).size === 1).catch(() => {
    throw new Error(`seed ${seed}: contents differ\n${clients.map((client) => content(client.doc)).join('\n')}`);
  });
}

// State vectors list clients in no fixed order.
function sameVector(client) {
  const vector = Y.decodeStateVector(Y.encodeStateVector(client.doc));
  return JSON.stringify([...vector].sort(([one], [other]) => one - other));
}
