import assert from "node:assert/strict";
import test from "node:test";

import { nearest } from "#walk/group";
import { inOrder } from "#walk/states";
import { asSent, broken, gapsOf, goneOn, isUnsent, LONGEST_MS, metresOf, newTrack, stopped, takeFix } from "#walk/track";

const START = Date.parse("2026-11-26T18:00:00Z");
const M = 1 / 111_195; // a metre of latitude in degrees
/** A place so many metres north after so many seconds. */
const fix = (metres, seconds, accuracy = 8) => ({ position: [13.15, 55.37 + metres * M], accuracy, at: START + seconds * 1000 });
const begun = () => newTrack("vandring", "a", 7, new Date(START).toISOString());
const walked = (fixes, track = begun()) => fixes.reduce(takeFix, track);

test("a way is made of sure places some metres apart", () => {
  const track = walked([fix(0, 0), fix(2, 2), fix(10, 8), fix(20, 15), fix(90, 16, 140)]);
  assert.equal(Math.round(metresOf(track)), 20);
  assert.deepEqual([track.stretches[0].length, gapsOf(track), isUnsent(track)], [3, 0, true]);
});

test("a jump of GPS is not believed, and a phone that comes back from one is", () => {
  const track = walked([fix(0, 0), fix(10, 8), fix(400, 10), fix(20, 16)]);
  assert.equal(Math.round(metresOf(track)), 20);
});

test("a locked screen leaves a gap that is not walked; a group that stood still left none", () => {
  const before = broken(walked([fix(0, 0), fix(10, 8), fix(20, 16)]));
  const away = walked([fix(300, 200), fix(310, 208)], before);
  assert.deepEqual([gapsOf(away), Math.round(metresOf(away))], [1, 30]);
  const still = walked([fix(24, 200), fix(34, 208)], before);
  assert.deepEqual([gapsOf(still), Math.round(metresOf(still))], [0, 34]);
});

test("silence is a gap though nobody said so, and a lonely place between two gaps is no stretch", () => {
  const track = walked([fix(0, 0), fix(10, 8), fix(200, 100), fix(500, 300), fix(510, 308)]);
  assert.deepEqual([gapsOf(track), track.stretches.length], [1, 2]);
});

test("what stood still is no news to the server, and a single place is nothing to send", () => {
  const track = walked([fix(0, 0)]);
  assert.equal(isUnsent(track), false);
  const moved = walked([fix(10, 8)], track);
  assert.equal(walked([fix(11, 60)], moved).revision, moved.revision);
  assert.deepEqual(asSent(moved).stretches, [[[13.15, 55.37], [13.15, 55.37009]]]);
});

test("after a stop nothing is heard until it goes on, and who forgets to stop is not followed home", () => {
  const off = stopped(walked([fix(0, 0), fix(10, 8)]));
  assert.equal(walked([fix(20, 16)], off), off);
  assert.equal(Math.round(metresOf(walked([fix(20, 16)], goneOn(off)))), 20);
  assert.equal(walked([fix(0, 0), fix(10, LONGEST_MS / 1000 + 8)]).is_on, false);
});

test("what is acute is sent first, then what was seen first", () => {
  const record = (id, at, acute = false) => ({ client_id: id, body: { observed_at: at, is_acute: acute } });
  const sorted = inOrder([record("b", "2026-11-26T18:05"), record("c", "2026-11-26T18:09", true), record("a", "2026-11-26T18:01")]);
  assert.deepEqual(sorted.map((one) => one.client_id), ["c", "a", "b"]);
});

test("what the group already has is told of the same kind and close by only", () => {
  const seen = (category, metres) => ({ category, position: fix(metres, 0).position });
  const others = [seen("lighting", 24), seen("lighting", 8), seen("litter", 0), seen("lighting", 40)];
  assert.equal(nearest(others, "lighting", fix(0, 0).position), others[1]);
  assert.equal(nearest(others, "noise", fix(0, 0).position), null);
  assert.equal(nearest(others, "lighting", null), null);
});
