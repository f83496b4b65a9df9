// Makes src/effects/person.tflite: the model that finds people in a picture, from @mediapipe/selfie_segmentation, with the
// note on how its input is scaled, without which @mediapipe/tasks-vision does not take it.
//
// Both the model and the note are flatbuffers. References inside them point forward only, so the old file stays as it is, and
// a new root, new lists that name the old parts, and the note are put before it.

import { readFileSync, writeFileSync } from "node:fs";

const source = new URL("node_modules/@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite", import.meta.url);
const target = new URL("src/effects/person.tflite", import.meta.url);

/** Fields by slot: { byte }, { word }, { to: node } or { old: position in the old file }. */
const table = (fields) => ({ fields, slots: Math.max(...Object.keys(fields).map(Number)) + 1 });
const list = (refs) => ({ refs });
const floats = (...numbers) => ({ numbers });
const bytes = (content) => ({ content });
const text = (words) => ({ content: Buffer.from(`${words}\0`), length: words.length });

const up = (at, step) => Math.ceil(at / step) * step;

/** Writes a flatbuffer with this root; what is `old` lies behind it, at a multiple of 16. */
function serialize(root, mark) {
  const places = new Map();
  let end = 8;
  const place = (node) => {
    if (places.has(node)) return;
    if (node.fields) {
      places.set(node, up(end, 4) + up(4 + 2 * node.slots, 4));
      end = places.get(node) + 4 + 4 * node.slots;
    } else {
      places.set(node, up(end, 4));
      end = places.get(node) + 4 + (node.content?.length ?? 4 * (node.refs ?? node.numbers).length);
    }
    for (const { to } of node.fields ? Object.values(node.fields) : (node.refs ?? [])) if (to) place(to);
  };
  place(root);
  const length = up(end, 16);
  const out = Buffer.alloc(length);
  const point = (at, { to, old }) => out.writeUInt32LE((to ? places.get(to) : length + old) - at, at);
  out.writeUInt32LE(places.get(root), 0);
  out.write(mark, 4, "latin1");
  for (const [node, at] of places) {
    if (node.fields) {
      const head = at - up(4 + 2 * node.slots, 4);
      out.writeInt32LE(at - head, at);
      out.writeUInt16LE(4 + 2 * node.slots, head);
      out.writeUInt16LE(4 + 4 * node.slots, head + 2);
      for (const [slot, value] of Object.entries(node.fields)) {
        const inside = 4 + 4 * Number(slot);
        out.writeUInt16LE(inside, head + 4 + 2 * Number(slot));
        if ("byte" in value) out.writeUInt8(value.byte, at + inside);
        else if ("word" in value) out.writeUInt32LE(value.word, at + inside);
        else point(at + inside, value);
      }
    } else {
      out.writeUInt32LE(node.length ?? node.content?.length ?? (node.refs ?? node.numbers).length, at);
      if (node.content) node.content.copy(out, at + 4);
      node.refs?.forEach((ref, index) => point(at + 4 + 4 * index, ref));
      node.numbers?.forEach((number, index) => out.writeFloatLE(number, at + 4 + 4 * index));
    }
  }
  return out;
}

/** The input is a picture in RGB from 0 to 255 and wanted from 0 to 1. */
function note() {
  const scaling = table({ 0: { to: floats(0) }, 1: { to: floats(255) } });
  const unit = table({ 0: { byte: 1 }, 1: { to: scaling } });
  const picture = table({ 0: { byte: 2 }, 1: { to: table({ 0: { byte: 1 } }) } });
  const input = table({ 0: { to: text("picture") }, 3: { to: picture }, 4: { to: list([{ to: unit }]) } });
  const output = table({ 0: { to: text("person") } });
  const graph = table({ 2: { to: list([{ to: input }]) }, 3: { to: list([{ to: output }]) } });
  return serialize(table({ 0: { to: text("person") }, 3: { to: list([{ to: graph }]) }, 7: { to: text("1.0.0") } }), "M001");
}

const old = readFileSync(source);
if (old.toString("latin1", 4, 8) !== "TFL3") throw new Error("the model is not the one this script knows");
const root = old.readUInt32LE(0);
const head = root - old.readInt32LE(root);
const slots = (old.readUInt16LE(head) - 4) / 2;
const field = (slot) => (slot < slots ? old.readUInt16LE(head + 4 + 2 * slot) : 0);
const follow = (at) => at + old.readUInt32LE(at);
const keep = (slot) => (field(slot) ? { [slot]: { old: follow(root + field(slot)) } } : {});
const members = (slot) => {
  if (!field(slot)) return [];
  const at = follow(root + field(slot));
  return Array.from({ length: old.readUInt32LE(at) }, (_, index) => ({ old: follow(at + 4 + 4 * index) }));
};

const [VERSION, OPERATORS, GRAPHS, DESCRIPTION, BUFFERS, METADATA] = [0, 1, 2, 3, 4, 6];
const buffers = members(BUFFERS);
const entry = table({ 0: { to: text("TFLITE_METADATA") }, 1: { word: buffers.length } });
const model = table({
  [VERSION]: { word: old.readUInt32LE(root + field(VERSION)) },
  ...keep(OPERATORS),
  ...keep(GRAPHS),
  ...keep(DESCRIPTION),
  [BUFFERS]: { to: list([...buffers, { to: table({ 0: { to: bytes(note()) } }) }]) },
  [METADATA]: { to: list([...members(METADATA), { to: entry }]) },
});
writeFileSync(target, Buffer.concat([serialize(model, "TFL3"), old]));
