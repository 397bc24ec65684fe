/** Statements at the desk: a map that is made when its part is opened, keys for reading through many, and what is oral. */

import { letPlaceBePicked } from "#form/plan_place";
import { all, byId, one } from "#lib/dom";
import { makeKeys } from "#ui/keys";

letPlaceBePicked();

/* What is oral gives no right to appeal: said as soon as it is chosen. */
const note = byId("oral-note");
function tellOral() {
  const said = byId("form_of").value;
  note.hidden = said ? said !== "oral" : !note.dataset.oral.split(" ").includes(byId("channel").value);
}
for (const id of note ? ["channel", "form_of"] : []) byId(id).addEventListener("change", tellOral);
if (note) addEventListener("pageshow", tellOral); // also what was chosen before this script was here, or stands there again

/* Many letters in a row: the hands stay on the keyboard. */
byId("register")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  byId("register").requestSubmit(byId("save-next"));
});

const links = () => all(".statement-link");

function step(direction) {
  const listed = links();
  if (!listed.length) { byId(direction > 0 ? "go-after" : "go-before")?.click(); return; }
  const here = listed.indexOf(document.activeElement);
  (listed[here < 0 ? 0 : here + direction] ?? listed[here]).focus();
}

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  n: () => byId("register-link")?.click(),
  r: () => byId("do-next")?.click(),
  "/": () => { const box = one(".filter-box"); if (byId("q")) { box.open = true; byId("q").focus(); } },
};
const keys = makeKeys({ j: "moves", k: "moves", n: "opens", r: "decides", "/": "opens" }, (key) => ACTIONS[key]());

/* The desk's own switch turns keys of one letter off everywhere (WCAG 2.1.4). */
let areOn = true;
try { areOn = localStorage.getItem("staff-keys") !== "off"; } catch { /* then they are on */ }

document.addEventListener("keydown", (event) => {
  if (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) { keys.hush(); return; }
  const writes = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, .leaflet-container");
  const acts = areOn && !writes && !event.repeat;
  if (acts && ACTIONS[event.key]) event.preventDefault();
  keys.press(event.key, acts);
});
document.addEventListener("pointerdown", keys.hush);
