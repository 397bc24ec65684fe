/** What others have said close by, so that one may agree instead of saying it again. */

import { API, getJson } from "#net/api";
import { isSupported, support } from "#net/support";
import { afterQuiet, byId, make, pinIcon } from "#lib/dom";
import { whenReleased } from "#lib/press";
import { announce, t, tn } from "#lib/text";

const RADIUS_M = 60;
const MOST = 8;

/** Which rows to show: the first found; while one reads, what stands stays where it stands and others come after. */
export function steady(shown, found, most) {
  const kept = shown.filter((receipt) => found.includes(receipt));
  return [...kept, ...found.filter((receipt) => !kept.includes(receipt))].slice(0, most);
}

/** at(position) looks, clear() hides; onOpen(receipt) reads one whole. */
export function makeNearby(page, onOpen) {
  const box = byId("nearby");
  const list = byId("nearby-list");
  const rows = new Map(); // by receipt, each made once, so that a button keeps what was said by it
  let shown = [];
  let running = null;

  const look = afterQuiet(async ([lon, lat]) => {
    running?.abort();
    const mine = running = new AbortController();
    const query = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), radius: RADIUS_M });
    const path = `${API}/dialogues/${encodeURIComponent(page.slug)}/nearby?${query}`;
    const found = await getJson(path, { signal: mine.signal }).catch(() => null);
    whenReleased(() => { if (!mine.signal.aborted) show((found?.features ?? []).map((feature) => feature.properties)); });
  }, 350);

  function show(items) {
    box.hidden = !items.length;
    if (!items.length) return;
    byId("nearby-count").textContent = tn("{n} annan synpunkt nära", "{n} andra synpunkter nära", items.length);
    for (const item of items) {
      if (!rows.has(item.receipt)) rows.set(item.receipt, row(item));
      rows.get(item.receipt).tell(item.supported);
    }
    place(steady(box.open ? shown : [], items.map(({ receipt }) => receipt), MOST));
  }

  function place(wanted) {
    if (String(wanted) === String(shown)) return;
    const focused = list.contains(document.activeElement) ? document.activeElement : null;
    list.replaceChildren(...wanted.map((receipt) => rows.get(receipt).item));
    if (list.contains(focused)) focused.focus({ preventScroll: true });
    shown = wanted;
  }

  function row({ receipt, category, text }) {
    const button = make("button", { class: "btn", type: "button", onclick: () => agree(button, receipt) });
    const item = make("li", {}, pinIcon(category),
      make("p", { text }),
      make("span", { class: "row" }, make("button", { class: "btn btn-quiet", type: "button", text: t("Läs"), onclick: () => onOpen(receipt) }), button));
    return { item, tell: (said) => { if (!("sending" in button.dataset)) tell(button, isSupported(receipt, said)); } };
  }

  function tell(button, agreed) {
    button.textContent = agreed ? t("Du håller med") : t("Jag håller med");
    button.disabled = agreed;
  }

  async function agree(button, receipt) {
    button.disabled = true;
    button.dataset.sending = "";
    try {
      await support(receipt);
      announce(t("Tack! Vi har räknat att du håller med."));
    } catch (problem) {
      announce(problem.message);
    } finally {
      delete button.dataset.sending;
      tell(button, isSupported(receipt));
    }
  }

  return { at: look, clear() { running?.abort(); box.hidden = true; box.open = false; } };
}
