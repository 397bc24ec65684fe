/** A statement beside its points: words that are marked become a new point, by button or by key. */

import { letPlaceBePicked } from "#form/plan_place";
import { all, byId, one } from "#lib/dom";
import { selectionWithin } from "#lib/selection";
import { keepForm } from "#ui/kept";
import { makeKeys } from "#ui/keys";

const text = byId("statement-text");
const form = byId("point-new");
const button = byId("mark");
let marked = null; // kept while the button is pressed: that may take the selection away

function look() {
  const found = form && selectionWithin(text, document.getSelection());
  if (found) marked = found;
  if (button) button.hidden = !found;
}

function take() {
  if (!form) return;
  if (marked) {
    form.elements.quote.value = marked.words;
    form.elements.start.value = marked.start;
    form.elements.end.value = marked.end;
  }
  (marked ? form.elements.summary : form.elements.quote).focus();
  form.scrollIntoView({ block: "nearest" });
  marked = null;
  document.getSelection().removeAllRanges();
}

keepForm(form, { wasTaken: Boolean(one(".flash.notice-success")) });
letPlaceBePicked();
document.addEventListener("selectionchange", look);
button?.addEventListener("click", take);
/* Words that are written over stand somewhere else, or nowhere: the server looks for them. */
form?.elements.quote.addEventListener("input", () => { form.elements.start.value = form.elements.end.value = ""; });

function step(direction) {
  const links = all(".point-link");
  const here = links.indexOf(document.activeElement);
  (links[here < 0 ? 0 : here + direction] ?? links[here])?.focus();
}

const ACTIONS = { n: take, j: () => step(1), k: () => step(-1), d: () => byId("go-next")?.click() };
const keys = makeKeys({ n: "opens", j: "moves", k: "moves", d: "decides" }, (key) => ACTIONS[key]());

/* The desk's own switch turns keys of one letter off everywhere (WCAG 2.1.4). */
let areOn = true;
try { areOn = localStorage.getItem("staff-keys") !== "off"; } catch { /* then they are on */ }

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("#point-new")) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) { keys.hush(); return; }
  const writes = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, .leaflet-container");
  const acts = areOn && !writes && !event.repeat;
  if (acts && ACTIONS[event.key]) event.preventDefault();
  keys.press(event.key, acts);
});
document.addEventListener("pointerdown", keys.hush);
