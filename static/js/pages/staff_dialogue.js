/** The editor of a dialogue: draws the area, opens the chosen way to give it, moves rows, and warns before losing work. */

import { all, byId, one, readIsland } from "#lib/dom";
import { t } from "#lib/text";
import { makeAreaEditor, windowOf } from "#map/area_editor";
import { makeMap } from "#map/map";

const form = byId("editor");
const data = readIsland("editor-map");
let map = null;
let editor = null;

/* Where: only the chosen way is shown; the map is made when it is first seen, since it must know its size. */
function chooseWay() {
  const chosen = one("[data-area-choice]:checked")?.value;
  for (const way of all("[data-way]")) way.classList.toggle("is-chosen", way.dataset.way === chosen);
  if (chosen === "drawn" && !map) openMap();
}

function openMap() {
  ({ map } = makeMap(byId("area-map"), { bbox: data.bbox, layers: data.layers }));
  editor = makeAreaEditor(map, (geometry) => {
    byId("area").value = geometry ? JSON.stringify(geometry) : "";
    touched = true;
  });
  editor.onCorner = (count) => say(count < 3 ? t("{n} hörn. Det behövs minst tre.", { n: count }) : t("{n} hörn.", { n: count }));
  const area = byId("area").value;
  if (area) editor.load(JSON.parse(area));
}

const say = (words) => { byId("area-status").textContent = words; };
const tool = (name) => one(`[data-area="${name}"]`);

function showTools() {
  const drawing = editor.isDrawing();
  for (const name of ["corner", "undo", "done"]) tool(name).hidden = !drawing;
  tool("start").hidden = drawing;
  tool("follow").hidden = !byId("start_view").value;
}

byId("area-tools").addEventListener("click", (event) => {
  const name = event.target.closest("[data-area]")?.dataset.area;
  if (!name) return;
  if (name === "start") { editor.start(); say(t("Klicka på kartan där ytans hörn ska vara.")); }
  else if (name === "corner") editor.cornerInTheMiddle();
  else if (name === "undo") editor.undo();
  else if (name === "clear") { editor.clear(); say(t("Alla ytor är borttagna.")); }
  else if (name === "view") { byId("start_view").value = windowOf(map); say(t("Kartan börjar i det här utsnittet.")); }
  else if (name === "follow") { byId("start_view").value = ""; say(t("Kartan följer området.")); }
  else if (name === "done") say(editor.done() ? t("Ytan är klar. Rita en till, eller spara.") : t("En yta behöver minst tre hörn."));
  showTools();
});
for (const choice of all("[data-area-choice]")) choice.addEventListener("change", chooseWay);

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
  if (editor?.isDrawing()) editor.done(); // an area of three corners or more counts as drawn, whichever button is pressed
  touched = false;
});
addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });

chooseWay();
