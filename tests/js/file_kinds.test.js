/** A chosen file is told by what it holds: what the server would refuse is said before it is sent, and nothing else is. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findFault } from "../../static/js/lib/file_kinds.js";

const MOST = 1000;
const file = (name, ...parts) => new File(parts, name);
const bytes = (...values) => new Uint8Array(values);
const fault = async (...what) => (await findFault(file(...what), MOST))?.why ?? "";

test("whole files of the kinds that are taken have no fault, whatever their name's letters", async () => {
  const png = bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  assert.equal(await fault("skiss.PDF", "%PDF-1.7\n1 0 obj\n%%EOF\n"), "");
  assert.equal(await fault("foto.jpeg", bytes(0xff, 0xd8, 0xff, 0xe0)), "");
  assert.equal(await fault("karta.png", png), "");
  assert.equal(await fault("utan namn", png), "");
  assert.equal(await fault("bild.webp", "RIFF0000WEBPVP8 "), "");
  assert.equal(await fault("IMG_1.HEIC", bytes(0, 0, 0, 24), "ftypheic"), "");
});

test("a renamed program, an empty file, one that is too large, broken or called something else are told apart", async () => {
  assert.equal(await fault("faktura.pdf", "MZ\x90\x00"), "kind");
  assert.equal(await fault("lista.txt", "ett, två"), "kind");
  assert.equal(await fault("tom.pdf"), "empty");
  assert.equal(await fault("stor.pdf", "%PDF-1.7", "x".repeat(MOST)), "large");
  assert.equal(await fault("halv.pdf", "%PDF-1.7\n1 0 obj"), "broken");
  assert.deepEqual(await findFault(file("foto.jpg", "%PDF-1.7 %%EOF"), MOST), { why: "name", kind: "PDF" });
});

test("a file that went away after it was chosen is told too", async () => {
  const gone = { name: "borta.pdf", size: 10, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) };
  assert.deepEqual(await findFault(gone, MOST), { why: "unread" });
});
