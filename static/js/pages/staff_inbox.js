/**
 * The inbox: moves between contributions and decides about them without loading the page anew, so that no key is lost
 * while a page loads; and its keys. Everything works without it too.
 */

import { all, byId, one, readIsland } from "#lib/dom";
import { announce, t } from "#lib/text";
import { fetchPage, fieldsOf } from "#net/page";
import { watchBlur } from "#ui/blur";
import { makeKeys } from "#ui/keys";
import { keepUnsent, putBack } from "#ui/unsent";

const narrow = matchMedia("(max-width: 56rem)"); // there the list and the open one are pages of their own

/* The map comes when it comes: keys and decisions do not wait for it. */
let map;

async function showMap() {
  const data = readIsland("case-map-data");
  const element = byId("case-map");
  if (!data || !element?.offsetParent) return;
  const { makeCaseMap } = await import("#map/case_map");
  if (!element.isConnected) return;
  map?.remove();
  map = makeCaseMap(element, data.layers, (receipt) => { location.href = `/staff/contributions/${receipt}`; });
  map.show(data);
}

/* One thing at a time: while the server answers, what is on its way out can neither be written in nor decided about. */
let waitsFor = ""; // "case" or "decision"
let asked = 0; // an answer to an earlier question is not shown
let ahead = []; // letters typed meanwhile

function wait(what) {
  waitsFor = what;
  ahead = [];
  keys.hush();
  byId("case").setAttribute("aria-busy", "true");
  byId(what === "decision" ? "main" : "case").inert = true;
  tellKeys();
  return ++asked;
}

function ready() {
  waitsFor = "";
  for (const id of ["main", "case"]) if (byId(id)) byId(id).inert = false;
  byId("case")?.removeAttribute("aria-busy");
  if (byId("keys-on")) byId("keys-on").checked = keysAreOn;
  all("[data-blur]").forEach(watchBlur);
  putBack(byId("case"));
  showMap();
  tellKeys();
}

/* What was typed while the next one was on its way belongs to it: "s" and then words are the beginning of an answer. */
function typeOn() {
  const [first, ...rest] = ahead;
  ahead = [];
  if (KINDS[first] !== "opens") return;
  ACTIONS[first]();
  const field = document.activeElement;
  if (!rest.length || !field?.matches("textarea")) return;
  field.setRangeText(rest.join(""), field.selectionStart, field.selectionEnd, "end");
}

const boxes = () => all('input[name="ids"]');

function countTicked() {
  const ticked = boxes().filter((box) => box.checked).length;
  const said = byId("ticked");
  const words = one('#bulk [name="scope"]:checked') || !ticked ? "" : said?.dataset[ticked === 1 ? "one" : "many"];
  if (said) said.textContent = words.replace("{n}", ticked);
  if (byId("tick-all")) byId("tick-all").checked = ticked > 0 && ticked === boxes().length;
}

/* Moving: the open case of another address is put in this one's place. */
async function open(link, takesFocus = false) {
  const turn = wait("case");
  keepUnsent(byId("case"));
  const item = link.closest(".inbox-item");
  for (const other of all(".inbox-item")) other.toggleAttribute("aria-current", other === item);
  item.setAttribute("aria-current", "true");
  item.scrollIntoView({ block: "nearest" });
  const { answer, page } = await fetchPage(link.href).catch(() => ({}));
  if (turn !== asked) return;
  const fresh = page?.getElementById("case");
  if (!answer?.ok || answer.redirected || !fresh) { location.href = link.href; return; }
  byId("case").replaceWith(document.adoptNode(fresh));
  history.replaceState(null, "", link.href.replace(/#.*$/, ""));
  ready();
  if (takesFocus) byId("case").focus({ preventScroll: true });
  typeOn();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".inbox-link");
  if (!link || narrow.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link, true);
});

function step(direction) {
  const items = all(".inbox-item");
  const here = items.findIndex((item) => item.hasAttribute("aria-current"));
  const next = items[here < 0 ? 0 : here + direction];
  if (!next) return;
  const link = one(".inbox-link", next);
  link.focus({ preventScroll: true });
  open(link);
}

/* Deciding: the page that comes after it is put in this one's place. */
async function decide(form, button) {
  const fields = fieldsOf(form, button);
  keepUnsent(byId("case"), form);
  wait("decision");
  // A button of the form may be called "action" too, and would be what form.action gives.
  const { answer, page } = await fetchPage(form.getAttribute("action"), fields).catch(() => ({}));
  delete form.dataset.sent;
  if (!page) {
    ready();
    announce(t("Det gick inte att nå kommunens server."));
  } else if (one("main.inbox-main", page)) {
    if (answer.redirected) history.replaceState(null, "", answer.url.replace(/#.*$/, ""));
    put(page);
    typeOn();
  } else if (answer.ok) location.href = answer.url;
  else {
    // Signed out meanwhile, or something is broken: the browser itself shows what the server says.
    byId("main").inert = false;
    form.dataset.whole = "yes";
    form.requestSubmit(button);
  }
}

function put(page) {
  const [scrolled, ticked] = [byId("inbox-list")?.scrollTop ?? 0, new Set(boxes().filter((box) => box.checked).map((box) => box.value))];
  byId("main").replaceWith(document.adoptNode(page.getElementById("main")));
  byId("flashes").replaceChildren(...page.getElementById("flashes").childNodes);
  one(".staff-nav").replaceWith(document.adoptNode(one(".staff-nav", page)));
  boxes().forEach((box) => { box.checked = ticked.has(box.value); });
  countTicked();
  ready();
  if (byId("inbox-list")) byId("inbox-list").scrollTop = scrolled;
  one(".inbox-item[aria-current]")?.scrollIntoView({ block: "nearest" });
  const shown = byId("case") ?? byId("main");
  (one("[data-focus]") ?? shown).focus({ preventScroll: true });
  if (narrow.matches || shown.getBoundingClientRect().top < 0) shown.scrollIntoView({ block: "start" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  // A double press must not decide about the next one too.
  if (form.dataset.sent || waitsFor) event.preventDefault();
  else if (form.matches(".decision") && !form.dataset.whole) {
    event.preventDefault();
    decide(form, event.submitter);
  } else form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  all("form").forEach((form) => { delete form.dataset.sent; delete form.dataset.whole; });
  countTicked();
});

/* Parts that open and take the focus. */
function openPart(id) {
  const part = byId(id);
  if (!part) return;
  part.open = true;
  part.scrollIntoView({ block: "nearest" });
  const field = one("textarea, input:not([type=hidden])", part);
  field?.focus();
  if (field?.matches("textarea")) field.setSelectionRange(field.value.length, field.value.length);
}

document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-open]")?.dataset.open;
  if (id) { event.preventDefault(); openPart(id); }
  if (event.target.closest("#keys-open")) byId("keys").showModal();
});

/* Keys: one letter each, silent while one writes, and they can be turned off (WCAG 2.1.4). */
const KEY = "staff-keys";
let keysAreOn = true;
try { keysAreOn = localStorage.getItem(KEY) !== "off"; } catch { /* then they are on */ }
document.addEventListener("change", ({ target }) => {
  if (target.id === "tick-all") boxes().forEach((box) => { box.checked = target.checked; });
  if (target.closest("#bulk")) countTicked();
  if (target.id !== "keys-on") return;
  keysAreOn = target.checked;
  try { localStorage.setItem(KEY, keysAreOn ? "on" : "off"); } catch { /* lasts the page */ }
  tellKeys();
});

const KINDS = { j: "moves", k: "moves", a: "decides", u: "decides", z: "decides", h: "opens", e: "opens", s: "opens", x: "opens", "/": "opens", "?": "opens" };
const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => one("#form-approve, #form-restore")?.requestSubmit(),
  u: () => byId("form-undo")?.requestSubmit(),
  z: () => byId("form-undo")?.requestSubmit(),
  h: () => openPart("hide"),
  e: () => openPart("edit"),
  s: () => openPart("answer-part"),
  x: () => one(".inbox-item[aria-current] input[name=ids]")?.click(),
  "/": () => byId("staff-search").focus(),
  "?": () => byId("keys")?.showModal(),
};

let isQuiet = true;
const keys = makeKeys(KINDS, (key) => ACTIONS[key](), (quiet) => { isQuiet = quiet; tellKeys(); });

/* The page shows whether a key pressed now would act; the hints on the buttons follow it. */
function tellKeys() {
  document.documentElement.dataset.keys = !keysAreOn ? "off" : waitsFor || !isQuiet ? "wait" : "on";
}

document.addEventListener("keydown", (event) => {
  if (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) { keys.hush(); return; }
  const writes = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, .leaflet-container");
  if (waitsFor === "decision" || (waitsFor && KINDS[event.key] !== "moves")) {
    if (writes) return;
    keys.press(event.key, false);
    if (keysAreOn) ahead.push(event.key);
    event.preventDefault();
    return;
  }
  const acts = keysAreOn && !writes && !(event.repeat && KINDS[event.key] !== "moves");
  if (acts && KINDS[event.key]) event.preventDefault();
  keys.press(event.key, acts);
});
document.addEventListener("pointerdown", keys.hush);

ready();
one(".inbox-item[aria-current]")?.scrollIntoView({ block: "nearest" });
