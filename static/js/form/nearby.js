/** What others have said close by, so that one may agree instead of saying it again. */

import { API, getJson, sendJson } from "#net/api";
import { afterQuiet, byId, make, pinIcon } from "#lib/dom";
import { announce, t, tn } from "#lib/text";

const RADIUS_M = 60;
const MOST = 8;

/** at(position) looks, clear() hides; onOpen(receipt) reads one whole. */
export function makeNearby(page, onOpen) {
  const box = byId("nearby");
  let running = null;

  const look = afterQuiet(async ([lon, lat]) => {
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams({ lon: lon.toFixed(6), lat: lat.toFixed(6), radius: RADIUS_M });
    const path = `${API}/dialogues/${encodeURIComponent(page.slug)}/nearby?${query}`;
    const found = await getJson(path, { signal: running.signal }).catch(() => null);
    if (running.signal.aborted) return;
    show(found?.features ?? found?.contributions ?? []);
  }, 350);

  function show(items) {
    box.hidden = !items.length;
    if (!items.length) return;
    byId("nearby-count").textContent = tn("{n} annan synpunkt nära", "{n} andra synpunkter nära", items.length);
    byId("nearby-list").replaceChildren(...items.slice(0, MOST).map(row));
  }

  function row(item) {
    const { id, receipt = id, category, text } = item.properties ?? item;
    return make("li", {}, pinIcon(category),
      make("p", { text }),
      make("span", { class: "row" },
        make("button", { class: "btn btn-quiet", type: "button", text: t("Läs"), onclick: () => onOpen(receipt) }),
        make("button", { class: "btn", type: "button", text: t("Jag håller med"), onclick: (event) => agree(event.currentTarget, receipt) })));
  }

  async function agree(button, receipt) {
    button.disabled = true;
    try {
      await sendJson(`${API}/contributions/${encodeURIComponent(receipt)}/support`, {});
      button.textContent = t("Du håller med");
      announce(t("Tack! Vi har räknat att du håller med."));
    } catch (problem) {
      button.disabled = false;
      announce(problem.message);
    }
  }

  return { at: look, clear() { running?.abort(); box.hidden = true; box.open = false; } };
}
