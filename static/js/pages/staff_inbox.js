/** The inbox: moves between contributions without loading the page anew, and its keys. Everything works without it too. */

import { all, byId, one, readIsland } from "#lib/dom";
import { watchBlur } from "#ui/blur";
import { makeCaseMap } from "#map/case_map";

const list = byId("inbox-list");
const narrow = matchMedia("(max-width: 56rem)"); // there the list and the open one are pages of their own

function showMap() {
  const data = readIsland("case-map-data");
  const element = byId("case-map");
  if (!data || !element?.offsetParent) return;
  makeCaseMap(element, data.layers, (receipt) => { location.href = `/staff/contributions/${receipt}`; }).show(data);
}

/* Moving: the open case of another address is put in this one's place. */
let asked = 0;

async function open(link, { remember = true } = {}) {
  const turn = ++asked;
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) { location.href = link.href; return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("case");
  if (turn !== asked) return;
  if (!fresh) { location.href = link.href; return; }
  byId("case").replaceWith(document.adoptNode(fresh));
  for (const item of all(".inbox-item")) item.removeAttribute("aria-current");
  const item = link.closest(".inbox-item");
  item.setAttribute("aria-current", "true");
  item.scrollIntoView({ block: "nearest" });
  if (remember) history.replaceState(null, "", link.href.replace(/#.*$/, ""));
  ready();
}

list?.addEventListener("click", (event) => {
  const link = event.target.closest(".inbox-link");
  if (!link || narrow.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link).then(() => byId("case").focus({ preventScroll: true }));
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

/* Parts that open and take the focus. */
function openPart(id) {
  const part = byId(id);
  if (!part) return;
  part.open = true;
  part.scrollIntoView({ block: "nearest" });
  one("textarea, input:not([type=hidden])", part)?.focus();
}

document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-open]")?.dataset.open;
  if (!id) return;
  event.preventDefault();
  openPart(id);
});

/* Keys: one letter each, silent while one writes, and they can be turned off (WCAG 2.1.4). */
const KEY = "staff-keys";
const keysOn = byId("keys-on");
try { keysOn.checked = localStorage.getItem(KEY) !== "off"; } catch { /* then they are on */ }
keysOn.addEventListener("change", () => { try { localStorage.setItem(KEY, keysOn.checked ? "on" : "off"); } catch { /* lasts the page */ } });
byId("keys-open").addEventListener("click", () => byId("keys").showModal());

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => one("#form-approve, #form-restore")?.requestSubmit(),
  h: () => openPart("hide"),
  e: () => openPart("edit"),
  s: () => openPart("answer-part"),
  x: () => one(".inbox-item[aria-current] input[name=ids]")?.click(),
  "/": () => byId("staff-search").focus(),
  "?": () => byId("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const action = ACTIONS[event.key];
  const writes = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, .leaflet-container");
  if (!action || !keysOn.checked || writes || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action();
});

byId("tick-all")?.addEventListener("change", (event) => all('input[name="ids"]').forEach((box) => { box.checked = event.target.checked; }));

// A double press must not decide about the next one too.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => all("form").forEach((form) => delete form.dataset.sent));

function ready() {
  showMap();
  all("[data-blur]").forEach(watchBlur);
}

ready();
one(".inbox-item[aria-current]")?.scrollIntoView({ block: "nearest" });
