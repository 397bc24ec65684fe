/** The editor of a dialogue: draws the area, opens the chosen way to give it, moves rows, and warns before losing work. */

import { all, byId, one, readIsland } from "#lib/dom";
import { makeAreaForm } from "#map/staff_area";

const form = byId("editor");

/* Rows: moving and taking away happens on the page at once; adding asks the server, which keeps what was typed. */
form.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="action"]');
  const row = button?.closest("[data-row]");
  const what = button?.value.split(":")[0];
  if (!row) return;
  if (what.endsWith("_remove")) { event.preventDefault(); leave(row); }
  else if (what === "category_up" || what === "category_down") { event.preventDefault(); move(row, what === "category_up", button); }
});

function leave(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  touched = true;
  one("input:not([type=hidden]), summary", next ?? form)?.focus();
}

function move(row, up, button) {
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row); else other.after(row);
  all("[data-position]", row.parentElement).forEach((field, place) => { field.value = place; });
  touched = true;
  button.focus();
}

form.addEventListener("input", (event) => {
  touched = true;
  if (event.target.name?.endsWith("-label_sv")) one("[data-title]", event.target.closest("[data-row]")).textContent = event.target.value;
});

/* Work that is not saved is not lost by a slip. */
let touched = Boolean(one(".error-summary")) || Boolean(one(".conflict"));
form.addEventListener("submit", () => {
  area.finish();
  touched = false;
});
addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });

/* Where */
const area = makeAreaForm(readIsland("editor-map"), () => { touched = true; });
