/** Recording on a safety walk: three places to be (new, mine, more), a form, a map, and everything kept in the phone first. */

import { all, byId, one, readIsland } from "#lib/dom";
import { t, tn } from "#lib/text";
import { findDraft, dropDraft, hasContent } from "#offline/drafts";
import { makeForm } from "#walk/form";
import { makeGroup } from "#walk/group";
import { FEELINGS, showList } from "#walk/list";
import { startMore } from "#walk/more";
import { makePosition } from "#walk/position";
import { makeRecorder } from "#walk/recorder";
import { makeReturning } from "#walk/returning";
import { countStates, gone } from "#walk/states";
import { changeObservation, keepSettings, listObservations, readSettings } from "#walk/store";
import { makeSender } from "#walk/sync";
import { groupOf, startGroupChoice } from "#walk/which_group";
import { sayAll } from "#walk/words";

const page = readIsland("page");
let cancelled = page.walk.cancelled || readSettings(page.slug).cancelled || "";
let isOpen = page.walk.is_open && readSettings(page.slug).is_open !== false;
const draftKey = `walk:${page.slug}`;
const position = makePosition(() => { form.refreshPlace(); recorder?.take(position.fix); earlier?.moved(); });
const sender = makeSender(page.slug, { onChange: () => refresh(), onShutOut: (words) => trouble(words, true) });
const group = makeGroup(page, () => FEELINGS(), (news) => {
  if (news.cancelled === cancelled && news.is_open === isOpen) return;
  ({ cancelled, is_open: isOpen } = news);
  trouble("");
});
const form = makeForm(page, position, {
  placed: (draft) => group.tell(draft),
  openMap: () => go("plats"),
  full: () => sender.send(), // what is received makes room
  saved(record) {
    go("");
    snack(t("Sparad i telefonen."), record && (() => undo(record)));
    refresh();
    sender.send();
  },
});
const earlier = page.earlier && makeReturning(page, position, {
  edit: (record) => { form.edit(record); go("ny"); },
  changed: () => { refresh(); sender.send(); },
  said: (words, undoWork) => snack(words, undoWork && (async () => { await undoWork(); refresh(); sender.send(); })),
});
const recorder = makeRecorder(page, position);
const more = startMore(page, { records: () => listObservations(page.slug), isWayUnsent: () => Boolean(recorder?.isUnsent()), readied: () => refresh(), stop: async () => { sender.stop(); await recorder?.stop(); } });

/* Where one is: the part of the address after #, so that the phone's own back button works. */
const views = new Map(all("[data-view]").map((view) => [view.dataset.view, view]));
const nowAt = () => { const name = decodeURIComponent(location.hash.slice(1)); return views.has(name) ? name : ""; };
const go = (name) => { if (nowAt() === name) show(); else location.hash = name; };
let placeMap = null;
let before = "";

/** The view of the address; nothing is recorded before it is said for which group. */
function viewed() {
  const name = nowAt();
  return groupOf(page) === null && name !== "mina" && name !== "mer" ? "grupp" : name;
}

async function show() {
  const name = viewed();
  if (name !== "grupp") before = name;
  if ((name === "ny" || name === "plats") && !form.draft) {
    const draft = await findDraft(draftKey);
    if (!draft?.category) { history.replaceState(null, "", "#"); show(); return; }
    form.resume(draft);
  }
  for (const [key, view] of views) view.hidden = key !== name;
  for (const tab of all("[data-tab]")) {
    if (tab.dataset.tab === (["ny", "plats", "grupp"].includes(name) ? "" : name)) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  if (name !== "plats") scrollTo(0, 0);
  if (name !== "") byId("snack").classList.remove("is-shown"); // the list has undo, too
  if (name === "") await offerDraft();
  if (name === "forra") earlier.arrived();
  if (name === "mina" || name === "forra") await refresh();
  if (name === "plats") await openMap();
  if (name === "mer") more.show();
  if (show.isLater) one("h1", views.get(name)).focus({ preventScroll: true });
  show.isLater = true;
}

async function offerDraft() {
  const draft = form.draft ?? await findDraft(draftKey);
  byId("resume").hidden = !hasContent(draft);
  if (hasContent(draft)) byId("resume-words").textContent = t("Påbörjad: {what}", { what: page.categories.find((one_) => one_.key === draft.category)?.label ?? "" });
}

async function openMap() {
  byId("place-here").disabled = !placeMap; // there is no place to take before the map is there
  const { makePlaceMap } = await import("#map/walk_place");
  if (!form.draft) return; // gone back and saved meanwhile
  placeMap ??= makePlaceMap(byId("map"), page);
  byId("place-here").disabled = false;
  const stop = page.stops.find((each) => each.id === form.draft.place?.stop_id);
  // The words first: they make the map lower, and the cross stands in its middle.
  byId("map-note").textContent = position.fix ? t("Cirkeln visar var telefonen tror att du är, på {n} meter när.", { n: position.fix.accuracy }) : "";
  placeMap.show(form.draft.place?.position ?? stop?.position ?? position.fix?.position ?? null, position.fix);
  placeMap.around(recorder?.stretches() ?? [], group.list().map((seen) => ({ position: seen.position, label: group.label(seen) })));
  const box = byId("map").getBoundingClientRect();
  const top = box.top - views.get("plats").getBoundingClientRect().top + box.height / 2;
  views.get("plats").style.setProperty("--cross-top", `${Math.round(top)}px`);
}

byId("place-here").addEventListener("click", () => {
  form.takePlace(placeMap.centre());
  history.back();
});
addEventListener("hashchange", show);

for (const cell of all("[data-category]")) {
  cell.addEventListener("click", async () => {
    delete document.documentElement.dataset.tapped;
    const draft = form.draft ?? await findDraft(draftKey);
    // Another category for what is begun, as long as it is empty of words and photos; else the begun one is asked about.
    if (draft && (draft.text.trim() || draft.photos.length || draft.edits)) {
      if (draft.category === cell.dataset.category) form.resume(draft);
      else { snack(t("Du har en påbörjad iakttagelse. Fortsätt den eller släng den först.")); byId("resume").hidden = false; one("#resume a").focus(); return; }
    } else form.begin(cell.dataset.category);
    go("ny");
  });
}
byId("resume-drop").addEventListener("click", async () => {
  const draft = form.draft ?? await findDraft(draftKey);
  form.draft = null;
  await dropDraft(draftKey);
  byId("resume").hidden = true;
  snack(t("Slängd."), draft && (() => { form.resume(draft); go("ny"); }));
});

/* What is said at the foot for a while, and can be undone. */
let snackTimer;
let undoing = null;
function snack(words, undoWork = null) {
  undoing = undoWork;
  byId("snack-words").textContent = words;
  byId("snack-undo").hidden = !undoWork;
  byId("snack").classList.add("is-shown");
  clearTimeout(snackTimer);
  snackTimer = setTimeout(() => byId("snack").classList.remove("is-shown"), 8000);
}
byId("snack-undo").addEventListener("click", () => { byId("snack").classList.remove("is-shown"); undoing?.(); });

async function undo(record) {
  await changeObservation(record.client_id, gone);
  refresh();
  sender.send();
  snack(t("Borttagen. Den ligger kvar i listan om du ångrar dig."));
}

/** What is wrong, or else what holds for the whole walk. */
function trouble(problem, withCode = false) {
  const standing = isOpen ? cancelled && t("Vandringen är inställd. {why}", { why: cancelled }) : t("Protokollet är publicerat. Det du registrerar nu läser samordnaren, men det står inte i protokollet.");
  const words = problem || standing;
  byId("trouble").replaceChildren(words, ...(withCode ? [" ", Object.assign(document.createElement("a"), { href: "/w", textContent: t("Skriv koden") })] : []));
  byId("trouble").hidden = !words;
}

/* The states of everything, drawn anew at each news but not more often than the eye follows. */
let drawing = null;
let isStale = false;
async function refresh() {
  if (drawing) { isStale = true; return drawing; }
  drawing = draw().catch(() => trouble(t("Webbläsaren låter inte sidan spara i telefonen (privat läge?). Öppna den i ett vanligt fönster innan du registrerar.")));
  await drawing;
  drawing = null;
  if (isStale) { isStale = false; await refresh(); }
  return null;
}

async function draw() {
  const records = await listObservations(page.slug);
  const counts = countStates(records);
  const { kind, words } = sayAll(counts, sender.sending, more.readiness());
  byId("net-state").href = counts.all || counts.removals ? "#mina" : "#mer";
  if (byId("net-words").textContent !== words) byId("net-words").textContent = words;
  byId("net-state").dataset.kind = kind;
  byId("count-mine").textContent = counts.all || "";
  byId("send-now").hidden = !counts.waiting && !counts.removals;
  byId("list-words").textContent = records.length
    ? [tn("{n} iakttagelse.", "{n} iakttagelser.", counts.all), counts.photos && tn("{n} foto väntar.", "{n} foton väntar.", counts.photos),
      counts.removals && tn("{n} borttagning är inte skickad än.", "{n} borttagningar är inte skickade än.", counts.removals)].filter(Boolean).join(" ")
    : t("Inget än. Det du sparar syns här, med besked om när servern har tagit emot det.");
  earlier?.show(records, sender.sending);
  if (nowAt() === "mina") {
    showList(records, page, sender.sending, { edit: (record) => { form.edit(record); go("ny"); }, changed: () => { refresh(); sender.send(); } });
  }
}

byId("send-now").addEventListener("click", () => { trouble(""); sender.send(); });
addEventListener("offline", refresh);
addEventListener("online", () => { trouble(""); refresh(); });

const atStop = byId("at-stop");
if (atStop) {
  const { stop_id: stopId } = readSettings(page.slug);
  atStop.value = page.stops.some((stop) => stop.id === stopId) ? stopId : "";
  atStop.addEventListener("change", () => keepSettings(page.slug, { stop_id: Number(atStop.value) || null }));
}
trouble("");
startGroupChoice(page, () => { go(nowAt() === "grupp" ? before : nowAt()); group.refresh(); });

const { tapped } = document.documentElement.dataset; // before this script was here to listen
if (tapped && nowAt() === "") one(`[data-category="${tapped}"]`).click();
else await show();
await refresh();
sender.send();
more.prepare();
