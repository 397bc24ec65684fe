import assert from "node:assert/strict";
import test from "node:test";

import { atStop, bodyOf, firstPlace, fromFix, isSure, tilesOf } from "#walk/placing";
import { makePosition } from "#walk/position";
import { afterFailure, afterJob, again, back, changed, countStates, gone, jobsOf, newRecord, seenAt, stateOf } from "#walk/states";
import { sayPlace, sayState, sayTime, sayUnsure } from "#walk/words";

const AT = "2026-11-26T18:00:00+01:00";
const photo = (id) => ({ client_id: id });
const made = (photos = []) => newRecord("vandring", "a", { text: "Mörkt", observed_at: AT }, photos, AT);
const kinds = (record) => jobsOf(record).map((job) => job.kind + (job.photo ? `:${job.photo}` : ""));

/** Sends everything, answering as the server does. */
function sendAll(record) {
  let now = record;
  for (let [job] = jobsOf(now); job; [job] = jobsOf(now)) now = afterJob(now, job, { receipt: "TRE-26-000001", state: "pending", photos: [] }, now.revision);
  return now;
}

test("words go before photos, and nothing is left when all is received", () => {
  const record = made([photo("p"), photo("q")]);
  assert.deepEqual(kinds(record), ["put", "photo:p", "photo:q"]);
  assert.equal(stateOf(record), "waiting");
  assert.deepEqual(kinds(sendAll(record)), []);
  assert.equal(stateOf(sendAll(record)), "received");
});

test("what is changed while it is being sent is sent once more", () => {
  const record = made();
  const meanwhile = changed(record, { text: "Mycket mörkt" }, [], AT);
  const answered = afterJob(meanwhile, { kind: "put" }, { receipt: "TRE-26-000001" }, record.revision);
  assert.deepEqual(kinds(answered), ["put"]);
  assert.equal(answered.body.observed_at, AT);
});

test("where the phone's clock was wrong the true time is told, and by how much it was", () => {
  const answered = (ahead) => afterJob(made(), { kind: "put" }, { clock_offset_s: ahead }, 1);
  assert.equal(seenAt(answered(60)).at, AT);
  assert.match(sayTime(answered(3 * 86_400)), /^29 november 2026 .*klocka gick 3 dygn efter\.$/);
  assert.match(sayTime(answered(-7_200)), /^26 november 2026 .*16\.00.*2 timmar före\.$/);
});

test("what is taken back says so also before the server knows", () => {
  const away = gone(sendAll(made()));
  assert.match(sayState(away, new Set()).words, /^Borttagen\./);
  assert.equal(sayState(afterJob(away, { kind: "delete" }, null, away.revision), new Set()).words, "Borttagen");
});

test("a photo that is taken away in an edit is taken away at the server, and a new one is sent", () => {
  const record = changed(sendAll(made([photo("p")])), { text: "" }, [photo("q")], AT);
  assert.deepEqual(kinds(record), ["put", "photo-delete:p", "photo:q"]);
});

test("taken back is told to the server, and brought again is sent anew", () => {
  const away = gone(sendAll(made()));
  assert.deepEqual(kinds(away), ["delete"]);
  const told = afterJob(away, { kind: "delete" }, null, away.revision);
  assert.deepEqual(kinds(told), []);
  assert.deepEqual(kinds(back(told)), ["put"]);
  const undone = back(away);
  assert.equal(afterJob(undone, { kind: "delete" }, null, away.revision).gone_acked, false, "a late answer does not hide what was brought again");
});

test("a lost network lets it wait, a refusal fails it until it is tried again", () => {
  const record = made([photo("p")]);
  const waiting = afterFailure(record, { kind: "put" }, { words: "Inget nät", mayPass: true });
  assert.deepEqual([stateOf(waiting), waiting.why], ["waiting", "Inget nät"]);
  const refused = afterFailure(record, { kind: "put" }, { words: "Stängt", mayPass: false });
  assert.equal(stateOf(refused), "failed");
  assert.equal(stateOf(again(refused)), "waiting");
});

test("one photo that is refused does not stop the others", () => {
  const record = afterFailure(made([photo("p"), photo("q")]), { kind: "photo", photo: "p" }, { words: "För stor", mayPass: false });
  assert.deepEqual(kinds(record), ["put", "photo:q"]);
  assert.equal(stateOf(sendAll(record)), "failed");
  assert.deepEqual(kinds(again(record)), ["put", "photo:p", "photo:q"]);
});

test("a removal that the server refuses is none, and says why", () => {
  const kept = afterFailure(gone(sendAll(made())), { kind: "delete" }, { words: "Redan läst", mayPass: false });
  assert.deepEqual([stateOf(kept), kept.is_gone, kept.why_kept], ["received", false, "Redan läst"]);
  assert.equal(countStates([kept]).all, 1);
});

test("the server's list of photos that are there spares sending them twice", () => {
  const record = afterJob(made([photo("p"), photo("q")]), { kind: "put" }, { photos: ["q"] }, 1);
  assert.deepEqual(kinds(record), ["photo:p"]);
});

test("counts tell what waits; what was taken back and received is no longer counted", () => {
  const away = afterJob(gone(made()), { kind: "delete" }, null, 1);
  assert.deepEqual(countStates([made([photo("p")]), sendAll(made()), away]), { all: 2, waiting: 1, failed: 0, received: 1, photos: 1, removals: 0 });
  assert.deepEqual(countStates([sendAll(made()), gone(sendAll(made()))]), { all: 1, waiting: 0, failed: 0, received: 1, photos: 0, removals: 1 });
});

const now = 1_000_000;
const fix = (accuracy, at = now) => ({ position: [13.1, 55.3], accuracy, at });

test("GPS is used by itself only while it is sure and fresh, else the stop, else nothing", () => {
  const stop = { id: 4, position: [13.2, 55.4] };
  assert.equal(firstPlace(fix(8), stop, now).source, "gps");
  assert.equal(firstPlace(fix(140), stop, now).source, "stop");
  assert.equal(firstPlace(fix(140), null, now), null);
  assert.equal(firstPlace(fix(8, now - 60_000), null, now), null);
  assert.equal(isSure(null, now), false);
});

test("a precise place that is old is called old and not imprecise, and one that is asked for is waited for", () => {
  const old = { fix: fix(8, Date.now() - 180_000), problem: "" };
  assert.match(sayUnsure(null, old), /3 minuter gammal/);
  assert.match(sayPlace(null, [], old), /är gammal/);
  assert.match(sayPlace(null, [], { fix: fix(140), problem: "" }), /är osäker/);
  assert.match(sayUnsure(null, { fix: fix(140, Date.now()), problem: "" }), /osäker, ungefär 140 meter/);
  assert.equal(sayPlace(null, [], { ...old, isAsking: true }), "Letar efter din plats …");
  assert.equal(sayUnsure(null, { ...old, isAsking: true }), "");
  assert.equal(sayPlace(fromFix(old.fix), [], old), "Din plats för 3 minuter sedan, på 8 meter när.");
  assert.equal(sayPlace(fromFix(fix(8, Date.now())), [], old), "Din plats, på 8 meter när.");
});

test("a phone whose place is old is asked anew, and keeps what it knew when it does not answer", async () => {
  const answers = [];
  const geolocation = { watchPosition: (heard) => { heard({ coords: { longitude: 13.1, latitude: 55.3, accuracy: 8 } }); return 1; }, getCurrentPosition: (heard, failed) => answers.push({ heard, failed }) };
  Object.defineProperty(globalThis, "navigator", { value: { geolocation }, configurable: true });
  Object.assign(globalThis, { document: { addEventListener() {}, getElementById: () => null, documentElement: { lang: "sv" } }, isSecureContext: true });
  const position = makePosition(() => undefined);
  await position.renew();
  assert.equal(answers.length, 0, "what was heard just now is not asked for");
  position.fix.at -= 180_000;
  const unanswered = position.renew();
  assert.equal(position.isAsking, true);
  answers.pop().failed({ code: 3, PERMISSION_DENIED: 1 });
  await unanswered;
  assert.deepEqual([position.isAsking, position.problem, isSure(position.fix)], [false, "", false]);
  const answered = position.renew();
  answers.pop().heard({ coords: { longitude: 13.2, latitude: 55.3, accuracy: 8 } });
  await answered;
  assert.deepEqual([position.fix.position[0], isSure(position.fix)], [13.2, true]);
});

test("a stop that is not on the map takes the phone's place, if there is one", () => {
  assert.deepEqual(atStop({ id: 4, position: null }, fix(140)).position, [13.1, 55.3]);
  assert.equal(atStop({ id: 4, position: null }, null), null);
  assert.equal(atStop({ id: 4, position: [1, 2] }, null).position, null);
});

test("what is sent has a severity only for what is insecure", () => {
  const draft = { polarity: "secure", severity: "3", text: "", place: { source: "stop", stop_id: 4, position: null, accuracy_m: null } };
  assert.deepEqual([bodyOf(draft, 7).severity, bodyOf(draft, 7).place, bodyOf(draft, 7).group_id], [null, null, 7]);
  assert.equal(bodyOf({ ...draft, polarity: "insecure" }, 7).severity, 3);
});

test("tiles of the walk's box, coarse ones first and never more than told", () => {
  const layer = { url: "/basemap/osm/{z}/{x}/{y}.png", min_zoom: 0, max_zoom: 19 };
  const all = tilesOf(layer, [13.15, 55.37, 13.17, 55.38]);
  assert.ok(all.length > 20 && all.length <= 500);
  assert.equal(all[0], "/basemap/osm/13/4395/2575.png");
  assert.ok(tilesOf(layer, [13.15, 55.37, 13.17, 55.38], 30).length <= 30);
});
