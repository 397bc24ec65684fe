/** Place by words: search by name, address or coordinates, and a list of places and areas. */

import { API, getJson } from "#net/api";
import { afterQuiet, byId, make } from "#lib/dom";
import { t, tn } from "#lib/text";

const position = (place) => place.geometry?.coordinates ?? [place.lon, place.lat];
const about = (place) => ({ ...(place.properties ?? place), position: position(place) });

/** The search field and its answers; onChoose({name, position}). */
export function makeSearch(map, onChoose) {
  const input = byId("place-q");
  const list = byId("place-results");
  let chosen = "";

  /** Shows what was found and answers it; nothing when the words have changed or were just chosen. */
  async function search() {
    const words = input.value.trim();
    if (words.length < 2) { list.hidden = true; return []; }
    const found = await getJson(`${API}/places?${new URLSearchParams({ q: words })}`).catch((problem) => problem);
    if (input.value.trim() !== words) return [];
    const places = (found.features ?? found.places ?? []).map(about);
    list.hidden = false;
    byId("place-found").textContent = places.length ? tn("{n} plats hittad", "{n} platser hittade", places.length) : "";
    list.replaceChildren(...(places.length ? places.map(row) : [make("li", {}, make("p", { text: found.message
      ?? t("Ingen plats heter så. Prova ett annat ord, eller flytta kartan.") }))]));
    return places;
  }

  /** Enter and the button: the map goes to the place when there is only one. */
  async function searchNow() {
    const places = await search();
    if (places.length === 1) choose(places[0]);
  }

  function choose(place) {
    list.hidden = true;
    chosen = input.value = place.name;
    onChoose(place);
  }

  function row(place) {
    return make("li", {}, make("button", { type: "button", onclick: () => choose(place) },
      make("strong", { text: place.name }), make("span", { class: "muted small", text: place.detail ? ` ${place.detail}` : "" })));
  }

  const soon = afterQuiet(() => input.value !== chosen && search(), 300); // what was chosen meanwhile needs no search
  input.addEventListener("input", soon);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); searchNow(); }
    if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); list.hidden = true; }
    if (event.key === "ArrowDown" && !list.hidden) { event.preventDefault(); list.querySelector("button")?.focus(); }
  });
  list.addEventListener("keydown", (event) => {
    const rows = [...list.querySelectorAll("button")];
    const at = rows.indexOf(document.activeElement) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? NaN);
    if (Number.isNaN(at)) return;
    event.preventDefault();
    (rows[at] ?? (at < 0 ? input : rows.at(-1))).focus();
  });
  byId("place-search").addEventListener("click", searchNow);
  map.on("movestart", () => { list.hidden = true; });
}

/** The list of areas and places, fetched when it is first opened. */
export function makePlaceList(page, onChoose) {
  const select = byId("place-choice");
  let places = [];
  select.closest("details").addEventListener("toggle", async () => {
    if (places.length) return;
    const found = await getJson(`${API}/places?${new URLSearchParams({ dialogue: page.slug })}`).catch(() => null);
    places = (found?.features ?? found?.places ?? []).map(about);
    select.append(...places.map((place, i) => make("option", { value: i, text: place.name })));
  });
  select.addEventListener("change", () => places[select.value] && onChoose(places[select.value]));
}
