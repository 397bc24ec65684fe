import assert from "node:assert/strict";
import test from "node:test";
import { findPersonalData } from "#lib/personal_data";

for (const number of ["640823-3234", "19640823-3234", "196408233234", "640823+3234", "640883-3231"]) {
  test(`${number} looks like a personal number`, () => assert.ok(findPersonalData(`Jag heter X, ${number}.`).has("personal_number")));
}
for (const text of ["212000-1199", "0410-73 30 00", "0701740605", "070-174 06 05", "KS 2017/455", "Borrby 58:3", "640823-3235"]) {
  test(`${text} does not look like a personal number`, () => assert.ok(!findPersonalData(text).has("personal_number")));
}
test("ten bare digits that may be a telephone are left to people", () => assert.ok(!findPersonalData("0410733000").has("personal_number")));
test("telephone numbers are noticed, case and property numbers are not", () => {
  assert.ok(findPersonalData("ring 070-174 06 05").has("phone"));
  assert.ok(findPersonalData("+46 70 174 06 05").has("phone"));
  assert.ok(!findPersonalData("KS 2017/455 och Borrby 58:3, kl. 08.30, 2 000 kronor").has("phone"));
});
test("an e-mail address is noticed", () => {
  assert.deepEqual([...findPersonalData("skriv till anna.ek@exempel.se")], ["email"]);
  assert.deepEqual([...findPersonalData("Det är mörkt @ stationen.")], []);
});
