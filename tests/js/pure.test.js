import assert from "node:assert/strict";
import test from "node:test";
import { featureOf } from "#form/feature";
import { steady } from "#form/nearby";
import { fitted } from "#form/photos";
import { boxOfMost, geometryOf, liesWithin, middleOf, roughMetres, sayDistance, sayPosition } from "#lib/geo";
import { arcPath, clusterSize, clusterText, shares } from "#lib/ring";
import { t, tn } from "#lib/text";
import { uuid } from "#lib/uuid";
import { waitBefore } from "#net/backoff";
import { readFilters, writeFilters } from "#ui/filters";
import { readHash, writeHash } from "#ui/panels";
import { nearestHeight } from "#ui/sheet";

const SQUARE = { type: "Polygon", coordinates: [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]] };

test("a text without a translation is its own, with its values filled in", () => {
  assert.equal(t("Foto {n} av {most}", { n: 1, most: 4 }), "Foto 1 av 4");
  assert.equal(tn("{n} foto", "{n} foton", 1), "1 foto");
  assert.equal(tn("{n} foto", "{n} foton", 0), "0 foton");
});
test("a shape becomes GeoJSON only when it has corners enough", () => {
  assert.deepEqual(geometryOf("point", [[13.1, 55.4]]), { type: "Point", coordinates: [13.1, 55.4] });
  assert.equal(geometryOf("line", [[13.1, 55.4]]), null);
  assert.equal(geometryOf("area", [[0, 0], [1, 1]]), null);
  assert.deepEqual(geometryOf("area", [[0, 0], [1, 0], [1, 1]]).coordinates[0].at(-1), [0, 0]);
});
test("a place in a hole of the area, or outside it, is not in it", () => {
  assert.ok(liesWithin([2, 2], SQUARE));
  assert.ok(!liesWithin([5, 5], SQUARE));
  assert.ok(!liesWithin([12, 5], SQUARE));
  assert.ok(liesWithin([12, 5], null));
  assert.ok(liesWithin([2, 2], { type: "MultiPolygon", coordinates: [SQUARE.coordinates] }));
});
test("the middle of a line is one of its corners", () => {
  assert.deepEqual(middleOf("line", [[0, 0], [5, 1], [9, 9]]), [5, 1]);
  assert.deepEqual(middleOf("area", [[0, 0], [3, 0], [0, 3]]), [1, 1]);
  assert.equal(middleOf("point", []), null);
});
test("distances are said as people say them", () => {
  assert.ok(Math.abs(roughMetres([13, 55], [13, 55.001]) - 111.2) < 0.5);
  assert.equal(sayDistance(43), "40 m");
  assert.equal(sayDistance(1240), "1,2 km");
  assert.equal(sayDistance(1240, "en"), "1.2 km");
  assert.equal(sayPosition([13.1569, 55.3751]), "55,37510; 13,15690");
});
test("a ring's arcs follow the shares and close the circle", () => {
  const arcs = shares({ a: 3, b: 1 }, { a: "#111111", b: "#222222" }, 4);
  assert.deepEqual(arcs.map(({ from, to }) => [from, to]), [[0, 0.75], [0.75, 1]]);
  assert.equal(shares(undefined, {}, 9).length, 1);
  assert.equal(shares({ a: 1, unknown: 3 }, { a: "#111111" }, 4).at(-1).to, 1);
  assert.match(arcPath({ from: 0, to: 1 }, 20, 15), /Z$/);
  assert.match(arcPath({ from: 0, to: 0.75 }, 20, 15), / 0 1 1 /);
});
test("clusters grow slowly and say large numbers shortly", () => {
  assert.ok(clusterSize(2) >= 40 && clusterSize(1_000_000) <= 72 && clusterSize(50) < clusterSize(5000));
  // The feed makes room for just these: tests/contributions/test_feed.py.
  assert.deepEqual([2, 10, 100, 1000, 10_000].map(clusterSize), [43, 50, 60, 69, 72]);
  assert.equal(clusterText(9999), "9999");
  assert.equal(clusterText(123_456), "123k+");
});
test("a random id is a version 4 UUID, also without crypto.randomUUID", () => {
  const random = { getRandomValues: (bytes) => bytes.fill(255) };
  assert.equal(uuid(random), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
});
test("waiting grows to two minutes and never undercuts the server", () => {
  assert.equal(waitBefore(1, 0, () => 1), 2000);
  assert.equal(waitBefore(20, 0, () => 1), 120_000);
  assert.equal(waitBefore(1, 60, () => 0), 60_000);
});
test("a draft becomes a Feature with only what was given", () => {
  const draft = { client_id: "c", category: "light", text: " Mörkt ", mood: "", contact_email: "", contact_name: " Kim ",
    place: { geometry: { type: "Point", coordinates: [13, 55] }, label: "Algatan", source: "pin" } };
  const at = new Date("2026-11-21T12:00:00Z");
  assert.deepEqual(featureOf(draft, "sv", at).properties, { client_id: "c", category: "light", text: "Mörkt", language: "sv", submitted_at: "2026-11-21T12:00:00.000Z", contact_name: "Kim", place_label: "Algatan", place_source: "pin" });
  assert.equal(featureOf({ ...draft, mood: "0" }, "sv", at).properties.mood, 0);
});
test("a photo is made smaller but never larger", () => {
  assert.deepEqual(fitted(4000, 3000), [2048, 1536]);
  assert.deepEqual(fitted(800, 600), [800, 600]);
});
test("each panel has an address and comes back from it", () => {
  for (const route of [{ panel: "form", step: "view" }, { panel: "card", receipt: "TRE-26-0001" }, { panel: "filter" }, { panel: "done" }, { panel: "about" }]) {
    assert.deepEqual(readHash(writeHash(route)), route);
  }
  assert.deepEqual(readHash("#steg-9"), { panel: "about" });
});
test("filters in the address keep only what is known and said", () => {
  assert.deepEqual(readFilters("?q=+ljus+&category=&x=1"), { q: "ljus" });
  assert.equal(writeFilters({ q: "ljus & lykta" }), "?q=ljus+%26+lykta");
  assert.equal(writeFilters({}), "");
});
test("a dragged sheet goes where the finger was going", () => {
  const stops = { peek: 280, half: 480, full: 800 };
  assert.equal(nearestHeight(300, 0, stops), "peek");
  assert.equal(nearestHeight(300, 1, stops), "half");
  assert.equal(nearestHeight(700, -2, stops), "peek");
});
test("a dialogue far from the others does not decide what the start page's map shows", () => {
  const near = [{ at: [13.15, 55.37], bbox: [13.1, 55.35, 13.2, 55.4] }, { at: [13.3, 55.45] }];
  const far = { at: [20.2, 63.8], bbox: [20.1, 63.7, 20.3, 63.9] };
  const rounded = (box) => box.map((edge) => Math.round(edge * 100) / 100);
  assert.deepEqual(rounded(boxOfMost([...near, far])), [13.1, 55.35, 13.32, 55.47]);
  assert.deepEqual(rounded(boxOfMost([far])), far.bbox);
  assert.deepEqual(rounded(boxOfMost([{ at: [15, 60], bbox: [-180, -90, 180, 90] }])), [14.98, 59.98, 15.02, 60.02]);
});

test("a list that is read keeps what stands where it stands, and begins anew when nobody reads it", () => {
  assert.deepEqual(steady([], ["a", "b", "c"], 2), ["a", "b"]);
  assert.deepEqual(steady(["a", "b"], ["c", "b", "a", "d"], 3), ["a", "b", "c"]);
  assert.deepEqual(steady(["a", "b", "c"], ["d", "c"], 3), ["c", "d"]);
});
