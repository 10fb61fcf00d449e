// Random edits of every shared type that editors use.
import * as Y from 'yjs';

// A small generator of numbers, the same for the same seed (mulberry32).
export function chance(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % limit;
  };
}

const kinds = [editText, formatText, editMap, editArray, editXml, editXmlText];

export function randomEdit(doc, below) {
  doc.transact(() => kinds[below(kinds.length)](doc, below));
}

function editText(doc, below) {
  const text = doc.getText('text');
  if (text.length > 4 && below(3) === 0) {
    const start = boundary(text, below(text.length - 2));
    text.delete(start, boundary(text, start + 2) - start);
  } else text.insert(boundary(text, below(text.length + 1)), ['a', 'bc', 'ünï', '👩‍💻', 'x'.repeat(20)][below(5)]);
}

// No editor puts its cursor between the two halves of a character, and Yjs does not mend that.
function boundary(text, index) {
  const half = text.toString().charCodeAt(index);
  return half >= 0xdc00 && half <= 0xdfff ? index + 1 : index;
}

function formatText(doc, below) {
  const text = doc.getText('text');
  if (text.length < 3) return;
  const start = boundary(text, below(text.length - 1));
  text.format(start, boundary(text, start + 1 + below(text.length - start)) - start, { [['bold', 'link'][below(2)]]: [true, null, 'https://x.example'][below(3)] });
}

function editMap(doc, below) {
  const map = doc.getMap('map');
  const key = `k${below(6)}`;
  if (below(4) === 0) map.delete(key);
  else if (below(3) === 0) map.set(key, new Y.Map([['inner', below(100)]]));
  else map.set(key, [below(1000), 'text', null, true, [1, { a: 2 }]][below(5)]);
}

function editArray(doc, below) {
  const array = doc.getArray('array');
  if (array.length > 2 && below(3) === 0) array.delete(below(array.length - 1), 1);
  else array.insert(below(array.length + 1), [below(100), { n: below(9) }]);
}

function editXml(doc, below) {
  const root = doc.getXmlFragment('default');
  if (root.length > 2 && below(4) === 0) return root.delete(below(root.length - 1), 1);
  const element = new Y.XmlElement(['paragraph', 'heading', 'table'][below(3)]);
  element.setAttribute('level', String(below(4)));
  element.insert(0, [new Y.XmlText('begin')]);
  return root.insert(below(root.length + 1), [element]);
}

function editXmlText(doc, below) {
  const root = doc.getXmlFragment('default');
  if (root.length === 0) return;
  const element = root.get(below(root.length));
  const text = element.length > 0 ? element.get(0) : null;
  if (!(text instanceof Y.XmlText)) return;
  if (text.length > 3 && below(3) === 0) text.delete(below(text.length - 2), 2);
  else text.insert(below(text.length + 1), 'word', below(3) === 0 ? { bold: true } : {});
  if (below(5) === 0) element.setAttribute('level', String(below(9)));
}

// What a document holds, comparable across clients.
export function content(doc) {
  return JSON.stringify({
    text: doc.getText('text').toDelta(),
    map: sorted(doc.getMap('map').toJSON()),
    array: doc.getArray('array').toJSON(),
    xml: doc.getXmlFragment('default').toString(),
  });
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)));
}
