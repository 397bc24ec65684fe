/** The work queue of a plan's points and the editor of answers: keys, ticking many, and leaving nothing unsaved unasked. */

import { all, byId, one } from "#lib/dom";
import { keepForm } from "#ui/kept";
import { makeKeys } from "#ui/keys";

const boxes = () => all('#many input[name="ids"][type=checkbox]');
const links = () => all(".point-link");

function countTicked() {
  const ticked = boxes().filter((box) => box.checked).length;
  const said = byId("ticked");
  if (said) said.textContent = ticked ? said.dataset[ticked === 1 ? "one" : "many"].replace("{n}", ticked) : "";
  if (byId("tick-all")) byId("tick-all").checked = ticked > 0 && ticked === boxes().length;
}

document.addEventListener("change", ({ target }) => {
  if (target.id === "tick-all") boxes().forEach((box) => { box.checked = target.checked; });
  if (target.closest("#many")) countTicked();
});
addEventListener("pageshow", countTicked);

function step(direction) {
  const listed = links();
  const here = listed.indexOf(document.activeElement);
  (listed[here < 0 ? 0 : here + direction] ?? listed[here])?.focus();
}

function tick() {
  const box = one("input[type=checkbox]", document.activeElement.closest("#answer-queue tr") ?? undefined);
  if (document.activeElement.closest("#answer-queue tr")) box.click();
}

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  x: tick,
  a: () => byId("do-answer")?.click(),
  "/": () => { if (byId("q")) one(".filter-box").open = true; (byId("q") ?? byId("find"))?.focus(); },
};
const keys = makeKeys({ j: "moves", k: "moves", x: "opens", a: "decides", "/": "opens" }, (key) => ACTIONS[key]());

/* The desk's own switch turns keys of one letter off everywhere (WCAG 2.1.4). */
let areOn = true;
try { areOn = localStorage.getItem("staff-keys") !== "off"; } catch { /* then they are on */ }

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("#answer-form");
    if (form) { event.preventDefault(); form.requestSubmit(one(".answer-save button", form) ?? undefined); }
    return;
  }
  if (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) { keys.hush(); return; }
  const writes = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog");
  const acts = areOn && !writes && !event.repeat;
  if (acts && ACTIONS[event.key]) event.preventDefault();
  keys.press(event.key, acts);
});
document.addEventListener("pointerdown", keys.hush);

/* What was written is not left by mistake; a form that is sent has been saved or comes back as it was. */
const form = byId("answer-form");
const isPutBack = keepForm(form, { wasTaken: Boolean(one(".flash.notice-success")) });
let isWritten = Boolean(form && (isPutBack || form.dataset.unsaved || one(".error-summary", form)));
form?.addEventListener("input", ({ target }) => { if (target.matches("textarea")) isWritten = true; });
document.addEventListener("submit", () => { isWritten = false; });
addEventListener("beforeunload", (event) => { if (isWritten) event.preventDefault(); });
