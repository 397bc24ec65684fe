/** The part of a form in which an area is given: only the chosen way is shown, and areas are drawn on a map. */

import { all, byId, one } from "#lib/dom";
import { t } from "#lib/text";
import { makeAreaEditor, windowOf } from "#map/area_editor";
import { makeMap } from "#map/map";
import { addOverlays } from "#map/plan_overlays";

const tool = (name) => one(`[data-area="${name}"]`);
const say = (words) => { byId("area-status").textContent = words; };

/** Wires templates/macros/area_map.html; data: bbox or area, layers, and overlays under the drawing; onTouch() is told of changes. */
export function makeAreaForm(data, onTouch) {
  let map = null;
  let editor = null;

  /* The map is made when it is first seen, since it must know its size. */
  function chooseWay() {
    const chosen = one("[data-area-choice]:checked")?.value;
    for (const way of all("[data-way]")) way.classList.toggle("is-chosen", way.dataset.way === chosen);
    if ((chosen === "drawn" || !one("[data-area-choice]")) && !map) open();
  }

  function open() {
    ({ map } = makeMap(byId("area-map"), { bbox: data.bbox, area: data.area, layers: data.layers }));
    if (data.overlays) addOverlays(map, data.overlays);
    editor = makeAreaEditor(map, (geometry) => {
      byId("area").value = geometry ? JSON.stringify(geometry) : "";
      onTouch();
    });
    editor.onCorner = (count) => say(count < 3 ? t("{n} hörn. Det behövs minst tre.", { n: count }) : t("{n} hörn.", { n: count }));
    const area = byId("area").value;
    if (area) editor.load(JSON.parse(area));
  }

  function showTools() {
    const drawing = editor.isDrawing();
    for (const name of ["corner", "undo", "done"]) tool(name).hidden = !drawing;
    tool("start").hidden = drawing;
    if (tool("follow")) tool("follow").hidden = !byId("start_view").value;
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
  chooseWay();
  return {
    /** An area of three corners or more counts as drawn, whichever button is pressed. */
    finish() { if (editor?.isDrawing()) editor.done(); },
  };
}
