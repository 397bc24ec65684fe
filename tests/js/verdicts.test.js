import assert from "node:assert/strict";
import test from "node:test";

import { gone } from "#walk/states";
import { checkOf, contradicts, countLeft, judged, stopAt } from "#walk/verdicts";

const AT = "2027-03-02T19:00:00+01:00";
const finding = { id: 7, stop_id: 3, category: "lighting", position: [13.1, 55.3], after: { same: ["insecure", 2], fixed: ["neutral", null] } };
const settings = { groupId: 1, stopId: 9, light: "", at: AT };

test("one tap is an observation that follows the earlier one, at its place and stop", () => {
  const { body, revision, photos } = judged(undefined, finding, "fixed", settings, "vandring", "a");
  assert.deepEqual([body.follows_id, body.verdict, body.polarity, body.severity], [7, "fixed", "neutral", null]);
  assert.deepEqual([body.stop_id, body.point_source, body.place.coordinates, body.light], [3, "manual", [13.1, 55.3], null]);
  assert.deepEqual([revision, photos], [1, []]);
});

test("another verdict keeps words and photos, and brings back what was taken back", () => {
  const first = judged(undefined, finding, "fixed", settings, "vandring", "a");
  const worded = gone({ ...first, body: { ...first.body, text: "Lyser igen." }, photos: [{ client_id: "p", state: "received" }] });
  const second = judged(worded, finding, "same", settings, "vandring");
  assert.deepEqual([second.body.text, second.body.verdict, second.body.severity, second.is_gone, second.revision], ["Lyser igen.", "same", 2, false, 2]);
  assert.deepEqual(second.photos.map((photo) => [photo.client_id, Boolean(photo.is_gone)]), [["p", false]]);
});

test("what is fixed does not feel insecure", () => {
  assert.deepEqual(["insecure", "neutral", ""].map((polarity) => contradicts({ verdict: "fixed", polarity })), [true, false, false]);
  assert.equal(contradicts({ verdict: "better", polarity: "insecure" }), false);
  assert.equal(contradicts({ polarity: "insecure" }), false);
});

test("what is taken back is left to be judged", () => {
  const record = judged(undefined, finding, "fixed", settings, "vandring", "a");
  assert.equal(checkOf([record], finding), record);
  assert.deepEqual([countLeft([finding], [record]), countLeft([finding], [gone(record)]), countLeft([finding], [])], [0, 1, 1]);
});

test("the phone stands at the nearest stop, when it knows well enough and lately where it is", () => {
  const stops = [{ id: 1, position: [13.1569, 55.3751] }, { id: 2, position: [13.1575, 55.3751] }, { id: 3, position: null }];
  const fix = { position: [13.1573, 55.3751], accuracy: 12, at: 1000 };
  assert.equal(stopAt(stops, fix, 2000)?.id, 2);
  assert.equal(stopAt(stops, { ...fix, accuracy: 140 }, 2000), null);
  assert.equal(stopAt(stops, fix, 200_000), null);
  assert.equal(stopAt(stops, { ...fix, position: [13.17, 55.38] }, 2000), null);
  assert.equal(stopAt(stops, null, 2000), null);
});
