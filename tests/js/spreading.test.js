import assert from "node:assert/strict";
import test from "node:test";

import { rings, together } from "#lib/spreading";

test("what lies within reach of the first belongs together, and no chain grows across the map", () => {
  assert.deepEqual(together([[0, 0], [100, 0], [30, 0], [60, 0], [100, 10]], 38), [[0, 2], [1, 4], [3]]);
  assert.deepEqual(together([], 38), []);
});

test("everything that is spread out can be pressed: none covers another, nor the middle", () => {
  for (const n of [2, 3, 6, 7, 18, 40]) {
    const places = [[0, 0], ...rings(n, 44)];
    assert.equal(places.length, n + 1);
    for (const [i, [x, y]] of places.entries()) for (const [x2, y2] of places.slice(i + 1)) assert.ok(Math.hypot(x - x2, y - y2) >= 43, `${n}: ${x} ${y} and ${x2} ${y2}`);
  }
});
