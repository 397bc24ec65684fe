/** The form of a phase: what the law says of the days is told as the first day is chosen, and a last day suggested. */

import { afterQuiet, byId, make, one } from "#lib/dom";

const said = byId("phase-said");
const first = byId("starts_on");
const last = byId("ends_on");
let suggested = null;

const ask = afterQuiet(async () => {
  const asked = new URLSearchParams({ kind: said.dataset.kind, phase: said.dataset.phase, start: first.value });
  const answer = await fetch(`${said.dataset.dates}?${asked}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const found = await answer.json();
  one("div", said).replaceChildren(...found.lines.map((text) => make("p", { text })));
  // A last day that somebody chose stays theirs; one that we suggested follows the first.
  if (found.suggested && (!last.value || last.value === suggested || last.value < first.value)) last.value = found.suggested;
  suggested = found.suggested;
}, 300);

if (said) {
  first.addEventListener("input", ask);
  addEventListener("pageshow", () => { if (first.value !== first.defaultValue) ask(); });
  if (!one(".error-summary")) suggested = last.value;
}
