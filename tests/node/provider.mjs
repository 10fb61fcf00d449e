// A person who writes with the unmodified y-websocket provider: each line of the input becomes a paragraph,
// and each change of the document or of who is here is told as a line of JSON.
//
//   node provider.mjs 127.0.0.1:8080 DOCUMENT ben@acme.example
import { createInterface } from 'node:readline';
import * as Y from 'yjs';
import { Server, until } from './server.mjs';

const [host, id, email] = process.argv.slice(2);
const server = new Server(null, host);
const provider = server.provider(await server.signIn(email), id);
await until(() => provider.synced);
const body = provider.doc.getXmlFragment('default');

function tell() {
  const people = [...provider.awareness.getStates().values()].map((state) => state.user?.name ?? null);
  console.log(JSON.stringify({ text: body.toString(), people }));
}
body.observeDeep(tell);
provider.awareness.on('change', tell);
tell();

for await (const line of createInterface({ input: process.stdin })) {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(line)]);
  body.insert(body.length, [paragraph]);
}
provider.destroy();
process.exit(0);
