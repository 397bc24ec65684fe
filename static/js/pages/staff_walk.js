/** The editors of a walk and of a checklist: draws the route, points out stops, moves rows, tells what the sun does. */

import { afterQuiet, all, byId, one, readIsland } from "#lib/dom";
import { sayDistance } from "#lib/geo";
import { language, t } from "#lib/text";
import { knownLayer, makeRouteEditor } from "#map/route_editor";
import { fitBox, makeMap } from "#map/map";

const form = byId("editor");
const data = readIsland("editor-map");
let editor = null;
let map = null;
let touched = Boolean(one(".error-summary"));

const say = (words) => { const line = byId("walk-status"); if (line) line.textContent = words; };
const way = () => sayDistance(editor.metres(), language());
const tool = (name) => one(`[data-tool="${name}"]`);
const within = (row, name) => one(`[name$="-${name}"]`, row);

/* The map: the route is drawn on it, and a stop's place is pointed out. */
function openMap() {
  ({ map } = makeMap(byId("walk-map"), { bbox: data.bbox, layers: data.layers }));
  editor = makeRouteEditor(map, {
    onRoute: (geometry) => { byId("route").value = geometry ? JSON.stringify(geometry) : ""; touched = true; },
    onPoint: (count) => say(count < 2 ? t("{n} punkt. Klicka där rutten fortsätter.", { n: count }) : t("{n} punkter, {way}.", { n: count, way: way() })),
  });
  const kept = byId("route").value;
  if (kept) editor.load(JSON.parse(kept));
  if (data.known.length) {
    const known = knownLayer(map, data.known);
    const showKnown = () => { if (byId("show-known").checked) known.addTo(map); else known.remove(); };
    byId("show-known").addEventListener("change", showKnown);
    showKnown();
  }
  showStops();
  byId("district_id").addEventListener("change", showDistrict);
  showDistrict();
  byId("walk-tools").addEventListener("click", useTool);
}

/** As long as nothing of the walk lies on the map, it shows the chosen district. */
function showDistrict() {
  const box = data.districts?.[byId("district_id").value];
  if (box && !editor.metres() && !editor.isDrawing() && !all("[data-stop]").some(placeOf)) fitBox(map, box);
}

function useTool(event) {
  const name = event.target.closest("[data-tool]")?.dataset.tool;
  if (!name) return;
  if (name === "start") { release(); editor.start(); say(t("Klicka på kartan där rutten går.")); }
  else if (name === "middle") editor.middle();
  else if (name === "undo") editor.undo();
  else if (name === "clear") { editor.clear(); say(t("Rutten är borttagen.")); }
  else if (name === "done") say(editor.done() ? t("Rutten är klar, {way}. Spara vandringen.", { way: way() }) : t("En rutt behöver minst två punkter."));
  showTools();
}

function showTools() {
  const drawing = editor.isDrawing();
  tool("middle").hidden = !drawing && !editor.isPicking();
  for (const name of ["undo", "done"]) tool(name).hidden = !drawing;
  tool("start").hidden = drawing;
}

/* Stops: those with coordinates, after a name or alone, stand on the map by number; a name is looked up when the walk is saved. */
function placeOf(row) {
  const found = (within(row, "place")?.value ?? "").match(/(?:^|\()\s*(-?\d+\.\d+),\s*(-?\d+\.\d+)\)?\s*$/);
  if (!found || Math.abs(Number(found[1])) > 90) return null;
  return [Number(found[2]), Number(found[1])];
}

function showStops() {
  if (!editor) return;
  const rows = all("[data-stop]").map((row, index) => ({ seq: index + 1, name: within(row, "name").value, at: placeOf(row) }));
  editor.showStops(rows.filter((stop) => stop.at));
}

function release() {
  for (const button of all("[data-point]")) button.setAttribute("aria-pressed", "false");
  editor?.pick(null);
}

function point(button) {
  const wasOn = button.getAttribute("aria-pressed") === "true";
  release();
  if (wasOn) { say(""); showTools(); return; }
  if (editor.isDrawing()) editor.done();
  button.setAttribute("aria-pressed", "true");
  editor.pick(([lon, lat]) => {
    within(button.closest("[data-stop]"), "place").value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
    touched = true;
    release();
    showStops();
    showTools();
    say(t("Hållpunkten har fått sin plats."));
    button.focus();
  });
  say(t("Klicka på kartan där hållpunkten är, eller flytta kartan och tryck på Punkt i mitten."));
  showTools();
  byId("walk-map").scrollIntoView({ block: "center" });
  byId("walk-map").focus({ preventScroll: true });
}

/* Rows: moving and taking away happens on the page at once; adding asks the server, which keeps what was typed. */
form.addEventListener("click", (event) => {
  const pointer = event.target.closest("[data-point]");
  if (pointer) { point(pointer); return; }
  const button = event.target.closest('button[name="action"]');
  const row = button?.closest("[data-row]");
  if (!row) return;
  const verb = button.value.split(":")[0].split("_")[1];
  event.preventDefault();
  if (verb === "remove") leave(row); else move(row, verb === "up", button);
  touched = true;
});

function leave(row) {
  const list = row.parentElement;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  renumber(list);
  (next ? one("input:not([type=hidden]), summary", next) : one("button", list.parentElement))?.focus();
}

function move(row, up, button) {
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row); else other.after(row);
  renumber(row.parentElement);
  button.focus();
}

function renumber(list) {
  all("[data-position]", list).forEach((field, place) => { field.value = place; });
  all("[data-number]", list).forEach((shown, place) => { shown.textContent = place + 1; });
  showStops();
}

form.addEventListener("input", ({ target }) => {
  touched = true;
  const row = target.closest("[data-row]");
  if (target.name?.endsWith("-label_sv") && row) one("[data-title]", row).textContent = target.value;
  if (target.closest("[data-stop]")) showStops();
  if (target.name === "starts_at" || target.name === "ends_at") askSun();
});

/* The sun over the first stop that has a place, else over the middle of the map, told while the time is chosen. */
const askSun = afterQuiet(async () => {
  const middle = map.getCenter();
  const [lon, lat] = all("[data-stop]").map(placeOf).find(Boolean) ?? [middle.lng, middle.lat];
  const asked = new URLSearchParams({ lon, lat, starts_at: byId("starts_at").value, ends_at: byId("ends_at").value });
  const answer = await fetch(`${data.sun}?${asked}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { lines } = await answer.json();
  if (lines.length) byId("sun-lines").replaceChildren(...lines.map((words) => Object.assign(document.createElement("p"), { textContent: words })));
}, 300);

/* Work that is not saved is not lost by a slip. */
form.addEventListener("submit", () => {
  if (editor?.isDrawing()) editor.done();
  touched = false;
});
addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });

if (data) openMap();
