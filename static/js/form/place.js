/** Step one, where: crosshair or tap, my position, search, list, and lines and areas corner by corner. */

import { all, byId } from "#lib/dom";
import { NEEDED, geometryOf, liesWithin, middleOf } from "#lib/geo";
import { announce, t, tn } from "#lib/text";
import { makeNaming } from "#form/naming";
import { makeNearby } from "#form/nearby";
import { makePlaceList, makeSearch } from "#form/search";
import { makeDrawing, onTap } from "#map/draw";
import { sayAccuracy, showMe, whereAmI } from "#map/locate";
import { centreOf, goTo, isAt, letThrough } from "#map/map";

const CLOSE_ZOOM = 17;

/** The step: enter() and leave() take and give back the map, fill() shows the draft's shape. */
export function makePlaceStep(context) {
  const { page, map, form, panels } = context;
  const ids = ["crosshair", "place-hint", "draw-hint", "draw-tools", "draw-add", "draw-undo", "place-done", "place-error", "place-locate"];
  const ui = Object.fromEntries(ids.map((id) => [id, byId(id)]));
  const drawing = makeDrawing(map);
  const nearby = context.nearby ?? makeNearby(page, (receipt) => panels.go({ panel: "card", receipt }));
  const naming = makeNaming();
  let leaving = [];
  let me = null;
  let aimed = { source: "pin" };

  /** Moves the crosshair; the place counts as found that way until the map is moved again, by whatever means. */
  const aim = (position, source, { zoom = Math.max(map.getZoom(), CLOSE_ZOOM), note = "" } = {}) => {
    aimed = { position, source, note };
    goTo(map, position, zoom);
  };
  makeSearch(map, (place) => aim(place.position, "search"));
  makePlaceList(page, (place) => aim(place.position, "list", { zoom: Math.max(map.getZoom(), place.zoom ?? 15) }));

  function say(problem = "") {
    ui["place-error"].textContent = problem;
    ui["place-error"].hidden = !problem;
  }

  /** Draws what is marked so far and sets the words and buttons that go with it. */
  function refresh() {
    const { shape, points } = context.draft;
    const isPoint = shape === "point";
    ui["place-hint"].hidden = !isPoint;
    ui["draw-hint"].hidden = isPoint;
    ui["draw-tools"].hidden = isPoint;
    ui["draw-undo"].disabled = !points.length;
    ui["place-done"].disabled = !isPoint && points.length < NEEDED[shape];
    ui["place-done"].textContent = isPoint ? (ui["place-done"].dataset.words ?? t("Här är det")) : tn("Klar med {n} punkt", "Klar med {n} punkter", points.length);
    drawing.show(shape, points);
  }

  function addPoint(point) {
    context.draft.points = [...context.draft.points, point];
    say();
    refresh();
    context.keep();
  }

  function look() {
    if (context.draft.shape !== "point" && context.draft.points.length) return;
    const at = centreOf(map);
    if (aimed.position && !isAt(map, aimed.position)) aimed = { source: "pin" };
    // A map that settles after an answer of the phone's must not take away what the answer was.
    const outside = t("Platsen ligger utanför området som dialogen gäller.");
    if (!liesWithin(at, page.map.area)) say(outside);
    else if (ui["place-error"].textContent === outside) say();
    naming.at(at, aimed.note);
    nearby.at(at);
  }

  async function locate() {
    ui["place-locate"].disabled = true;
    say();
    announce(t("Letar efter din plats …"), 12_000);
    try {
      const here = await whereAmI();
      context.draft.accuracy_m = here.accuracy;
      me = showMe(map, here, me);
      announce(""); // the line of the place says how sure it is
      aim(here.position, "gps", { note: sayAccuracy(here.accuracy) });
      if (!liesWithin(here.position, page.map.area)) say(t("Du är utanför området som dialogen gäller. Flytta kartan till platsen i stället."));
    } catch (error) {
      announce("");
      say(error.message);
    } finally {
      ui["place-locate"].disabled = false;
    }
  }

  function done() {
    const { draft } = context;
    const points = draft.shape === "point" ? [centreOf(map)] : draft.points;
    const outside = points.some((point) => !liesWithin(point, page.map.area));
    if (outside) { say(t("Platsen ligger utanför området som dialogen gäller. Flytta kartan in i området.")); return; }
    draft.points = points;
    draft.place = { geometry: geometryOf(draft.shape, points), label: naming.words, source: draft.shape === "point" ? aimed.source : "drawing", zoom: map.getZoom() };
    context.keep();
    context.next("place");
  }

  for (const input of all('[name="shape"]', form)) {
    input.addEventListener("change", () => { Object.assign(context.draft, { shape: input.value, points: [] }); refresh(); look(); context.keep(); });
  }
  ui["draw-add"].addEventListener("click", () => addPoint(centreOf(map)));
  ui["draw-undo"].addEventListener("click", () => { context.draft.points = context.draft.points.slice(0, -1); refresh(); context.keep(); });
  ui["place-done"].addEventListener("click", done);
  ui["place-locate"].addEventListener("click", locate);

  return {
    /** Takes the map; inView is the middle of what the person was looking at, where a new contribution begins; problem is said. */
    enter(inView, problem = "") {
      const { draft } = context;
      ui.crosshair.hidden = false;
      fitFrame(map);
      const middle = middleOf(draft.shape, draft.points);
      if (middle) goTo(map, middle, draft.place?.zoom ?? null, { animate: false });
      else if (inView) goTo(map, startAt(inView, page.map.area), Math.max(map.getZoom(), 13), { animate: false });
      const look_ = () => look();
      map.on("moveend", look_);
      leaving = [
        () => map.off("moveend", look_), watchFrame(map), letThrough(map),
        onTap(map, (position) => (context.draft.shape === "point" ? aim(position, "pin", { zoom: map.getZoom() }) : addPoint(position))),
      ];
      refresh();
      look();
      if (problem) say(problem);
    },
    leave() {
      leaving.forEach((undo) => undo());
      leaving = [];
      ui.crosshair.hidden = true;
      me?.remove();
      if (context.draft.shape === "point") drawing.clear();
      nearby.clear();
    },
    fill() {
      for (const input of all('[name="shape"]', form)) input.checked = input.value === context.draft.shape;
      refresh();
    },
    check: () => true,
  };
}

/** What one was looking at, if it lies in the dialogue's area; else the middle of the area's corners. */
function startAt(inView, area) {
  if (liesWithin(inView, area)) return inView;
  const corners = area.type === "Polygon" ? area.coordinates[0] : area.coordinates[0][0];
  return middleOf("area", corners);
}

/** The map lies between the search above and the buttons below, so that its middle is under the crosshair. */
function fitFrame(map) {
  const main = byId("main");
  const top = main.querySelector(".place-search").getBoundingClientRect().bottom - main.getBoundingClientRect().top;
  const bottom = main.querySelector(".place-foot").getBoundingClientRect().height;
  main.style.setProperty("--place-top", `${Math.max(0, Math.round(top))}px`);
  main.style.setProperty("--place-bottom", `${Math.round(bottom - 12)}px`);
  map.invalidateSize({ animate: false });
}

function watchFrame(map) {
  const observer = new ResizeObserver(() => fitFrame(map));
  for (const part of document.querySelectorAll(".place-foot, .place-search")) observer.observe(part);
  return () => { observer.disconnect(); map.invalidateSize({ animate: false }); };
}
