/** The page of a dialogue: map, sheet, and what opens in it. The form and the card come when they are first wanted. */

import { byId, mayHaveKept, readIsland } from "#lib/dom";
import { announce, t, tn } from "#lib/text";
import { followSize, makeMap, reveal } from "#map/map";
import { makeFeed } from "#map/feed";
import { makePanels } from "#ui/panels";
import { makeSheet } from "#ui/sheet";

const page = readIsland("page-data");
const title = document.title;
const sheet = makeSheet();
const { map, backgrounds } = makeMap(byId("map"), { ...page.map, padding: sheet.pixels });
followSize(map);
const feed = makeFeed(map, {
  slug: page.slug, categories: page.categories,
  onOpen: (receipt) => panels.go({ panel: "card", receipt }),
  onCount(total) {
    byId("map").setAttribute("aria-label", tn("Karta med {n} synpunkt", "Karta med {n} synpunkter", total));
    byId("filter-count").textContent = tn("{n} synpunkt på kartan", "{n} synpunkter på kartan", total);
  },
  onTrouble: tellOnce,
});
let form = null;
let drawn = null;

/** A map that cannot be fetched says so once for each time the network goes, not at every move. */
function tellOnce(problem) {
  if (tellOnce.told && !navigator.onLine) return;
  tellOnce.told = !navigator.onLine;
  announce(problem.message);
}

async function openForm() {
  const { makeForm } = await import("#form/flow");
  form ??= await makeForm({ page, map, panels, sheet });
  return form;
}

async function openCard({ receipt }) {
  const { showCard } = await import("#ui/card");
  feed.select(receipt);
  if (sheet.height === "peek") sheet.set("half");
  try {
    const { feature, heading } = await showCard(receipt, page.categories);
    await drawShape(feature);
    const at = anchorOf(feature.geometry);
    feed.select(receipt, at, feature.properties.category);
    reveal(map, at, sheet.pixels);
    return heading;
  } catch (problem) {
    announce(problem.message);
    panels.go({ panel: "about" }, { replace: true });
    return null;
  }
}

/** A position on the shape, for the map to show. */
function anchorOf({ coordinates }) {
  return typeof coordinates[0] === "number" ? coordinates : anchorOf({ coordinates: coordinates[Math.floor((coordinates.length - 1) / 2)] });
}

async function drawShape({ geometry, properties }) {
  if (geometry.type === "Point") return;
  const { shapeLayer } = await import("#map/pins");
  drawn = shapeLayer(geometry, page.categories.find(({ key }) => key === properties.category)?.color ?? "#0072B2").addTo(map);
}

const openers = {
  form: async (route) => (await openForm()).show(route),
  card: openCard,
  filter: async () => { await wantFilters(); sheet.set("full"); },
  done: async () => { (await import("#form/done")).wireDone(); if (!byId("done-title").textContent) panels.go({ panel: "about" }, { replace: true }); else { sheet.set("full"); if (byId("done-waiting").hidden) feed.load(); } },
  about: async () => { sheet.set("peek"); await offerDraft(); },
};

const panels = makePanels({
  onMove: followAddress,
  async onShow(route) {
    document.title = title;
    drawn?.remove();
    drawn = null;
    if (route.panel !== "card") feed.select(null);
    if (route.panel !== "form") { form?.hide(); delete document.body.dataset.mode; }
    byId("sheet-foot").hidden = !["about", "card"].includes(route.panel);
    try {
      return await openers[route.panel](route);
    } catch (problem) { // a part of the page that is not yet fetched, and no network to fetch it by
      announce(t("Det gick inte att nå kommunens server."));
      if (route.panel !== "about") panels.go({ panel: "about" }, { replace: true });
      if (navigator.onLine) throw problem;
      return null;
    }
  },
});

async function offerDraft() {
  if (!page.mayContribute || !mayHaveKept()) return;
  const { findDraft, hasContent } = await import("#offline/drafts");
  byId("draft-notice").hidden = !hasContent(await findDraft(page.slug));
}

let wired = null;
function wantFilters() {
  wired ??= import("#ui/filters").then(({ makeFilters }) => makeFilters({ onFilter: useFilters, begin: panels.begin }));
  return wired;
}

let filtered = location.search;

/** Back or forth may lead to another filter: the map then shows what the address says. */
async function followAddress() {
  if (location.search === filtered) return;
  const filters = (await import("#ui/filters")).readFilters(location.search);
  wired?.then(({ fill }) => fill(filters));
  await useFilters(filters);
}

async function useFilters(filters) {
  filtered = location.search;
  const on = Object.keys(filters).length > 0;
  const { sayFilters } = await import("#ui/filters");
  byId("filter-line").hidden = !on;
  byId("filter-what").textContent = on ? t("Visar bara: {what}", { what: sayFilters(filters, page.categories) }) : "";
  if (on) wantFilters();
  byId("tool-filter").classList.toggle("is-on", on);
  byId("tool-list").href = `/d/${page.slug}/list${location.search}`;
  return feed.filter(filters);
}

async function locate() {
  announce(t("Letar efter din plats …"), 12_000);
  const { sayAccuracy, showMe, whereAmI } = await import("#map/locate");
  try {
    const here = await whereAmI();
    locate.shown = showMe(map, here, locate.shown);
    map.setView([here.position[1], here.position[0]], Math.max(16, map.getZoom()));
    announce(sayAccuracy(here.accuracy));
  } catch (error) {
    announce(error.message);
  }
}

// The form's parts are on their way before the finger is lifted.
for (const sign of ["pointerdown", "focus"]) byId("start")?.addEventListener(sign, () => import("#form/flow").catch(() => undefined), { once: true });
byId("start")?.addEventListener("click", (event) => { event.preventDefault(); panels.go({ panel: "form", step: "place" }); });
byId("draft-continue").addEventListener("click", () => panels.go({ panel: "form", step: "view" }));
byId("draft-discard").addEventListener("click", async () => {
  const { dropDraft } = await import("#offline/drafts");
  await dropDraft(page.slug);
  form?.restart();
  byId("draft-notice").hidden = true;
  announce(t("Utkastet är borttaget."));
});
byId("done-again").addEventListener("click", () => panels.go({ panel: "form", step: "place" }, { replace: true }));
byId("tool-filter").addEventListener("click", () => panels.go({ panel: "filter" }));
byId("tool-locate").addEventListener("click", locate);
for (const button of document.querySelectorAll("[data-layer]")) {
  button.addEventListener("click", () => {
    backgrounds.show(button.dataset.layer);
    for (const other of document.querySelectorAll("[data-layer]")) other.setAttribute("aria-pressed", String(other === button));
  });
}

if (location.search) import("#ui/filters").then(({ readFilters }) => useFilters(readFilters(location.search)));
else feed.load();
panels.start();
