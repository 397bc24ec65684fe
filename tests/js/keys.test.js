import assert from "node:assert/strict";
import test from "node:test";
import { AFTER_MS, BEFORE_MS, makeKeys } from "#ui/keys";

/** Keys with a clock that only moves when it is told to. */
function desk() {
  const kinds = { j: "moves", k: "moves", a: "decides", u: "decides", e: "opens", s: "opens" };
  let now = 1000;
  let waiting = [];
  const done = [];
  const timers = {
    clock: () => now,
    later: (deed, wait) => { const timer = { deed, at: now + wait }; waiting.push(timer); return timer; },
    never: (timer) => { waiting = waiting.filter((one) => one !== timer); },
  };
  const keys = makeKeys(kinds, (key) => done.push(key), undefined, timers);
  const pass = (milliseconds) => {
    now += milliseconds;
    const due = waiting.filter((one) => one.at <= now);
    waiting = waiting.filter((one) => one.at > now);
    due.forEach((one) => one.deed());
  };
  const type = (words, pause = 80) => [...words].forEach((letter) => { keys.press(letter); pass(pause); });
  return { keys, pass, type, done };
}

test("a letter that stands alone decides, a moment after it was pressed", () => {
  const { keys, pass, done } = desk();
  keys.press("a");
  pass(AFTER_MS - 1);
  assert.deepEqual(done, []);
  pass(1);
  assert.deepEqual(done, ["a"]);
});

test("no letter of a sentence decides, however its words begin and end", () => {
  for (const words of ["Vi byter den i veckan.", "a", "an annan", "Ja", "å a", "aaaa", "Bra!"]) {
    const { type, pass, done } = desk();
    type(`x${words}x`);
    pass(2000);
    assert.deepEqual(done.filter((key) => key === "a" || key === "u"), [], words);
  }
});

test("somebody who types with one finger decides nothing either", () => {
  const { type, pass, done } = desk();
  type("Hej, var lampan trasig?", 290);
  pass(2000);
  assert.ok(!done.includes("a"));
});

test("moving goes as fast as one presses, and what opens may follow it at once", () => {
  const { type, done } = desk();
  type("jjjkje", 20);
  assert.deepEqual(done, ["j", "j", "j", "k", "j", "e"]);
});

test("letters typed in a field count, so that the rest of a word does not act when the field is gone", () => {
  const { keys, pass, done } = desk();
  keys.press("n", false);
  pass(100);
  for (const key of ["e", "a"]) { keys.press(key); pass(100); }
  pass(2000);
  assert.deepEqual(done, []);
});

test("what was about to be decided is not, when something else is pressed", () => {
  const { keys, pass, done } = desk();
  keys.press("a");
  pass(100);
  keys.hush();
  pass(2000);
  assert.deepEqual(done, []);
  pass(BEFORE_MS);
  keys.press("a");
  pass(AFTER_MS);
  assert.deepEqual(done, ["a"]);
});
