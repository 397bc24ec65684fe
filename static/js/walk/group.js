/** What the group's other phones have sent: seen on the map and in a list of its own, so that the same lamp is not written down twice. Never among one's own. */

import { longTime } from "#lib/dates";
import { byId, make } from "#lib/dom";
import { roughMetres } from "#lib/geo";
import { t } from "#lib/text";
import { API, getJson } from "#net/api";
import { keepSettings, readSettings } from "#walk/store";
import { groupOf } from "#walk/which_group";

const EVERY_MS = 60_000;
const SAME_M = 25;

/** The nearest of the same category that may be the same thing, or null. Pure. */
export function nearest(others, category, position) {
  if (!position) return null;
  const metres = (seen) => roughMetres(seen.position, position);
  return others.filter((seen) => seen.category === category && metres(seen) <= SAME_M).sort((a, b) => metres(a) - metres(b))[0] ?? null;
}

/** {refresh(), list(), label(seen), tell(draft)}: kept from the last time there was a network. onNews({cancelled, is_open}) is called each time: why the walk is cancelled, and whether its protocol is not published yet. */
export function makeGroup(page, feelings, onNews) {
  let isAsking = false;
  const kept = () => { const { others } = readSettings(page.slug); return others?.group_id === groupOf(page) ? others : { list: [], at: null }; };
  const list = () => kept().list;
  const nameOf = (key) => page.categories.find((one) => one.key === key)?.label ?? key;
  const label = (seen) => [nameOf(seen.category), feelings()[seen.polarity]].join(" · ");

  async function refresh() {
    show();
    const group = groupOf(page);
    if (isAsking || group === null || !navigator.onLine || document.visibilityState !== "visible") return;
    isAsking = true;
    try {
      const { observations, cancelled, is_open: isOpen } = await getJson(`${API}/walks/${encodeURIComponent(page.slug)}/groups/${group}/observations`);
      keepSettings(page.slug, { others: { group_id: group, list: observations, at: new Date().toISOString() }, cancelled, is_open: isOpen });
      onNews({ cancelled, is_open: isOpen });
    } catch { /* what was kept is shown, with its time */ } finally {
      isAsking = false;
    }
    show();
  }

  function show() {
    const { list: others, at } = kept();
    byId("group-count").textContent = others.length;
    byId("group-words").textContent = at
      ? t("Det som gruppens andra telefoner har skickat, utan namn. Hämtat {time}.", { time: longTime(at) })
      : t("Här syns det som gruppens andra telefoner har skickat, när det finns nät.");
    byId("group-list").replaceChildren(...others.map((seen) => {
      const stop = page.stops.find((one) => one.id === seen.stop_id);
      return make("li", { class: "wa-item wa-item-other" },
        make("p", { class: "wa-item-title", text: label(seen) + (seen.is_acute ? ` · ${t("AKUT")}` : "") }),
        make("p", { class: "wa-note", text: [longTime(seen.at), stop && `${stop.seq}. ${stop.name}`].filter(Boolean).join(" · ") }),
        seen.text ? make("p", { class: "wa-item-words", text: seen.text }) : null);
    }));
  }

  /** Says in the form that somebody may have been before. */
  function tell({ category, place, edits }) {
    const stop = page.stops.find((one) => one.id === place?.stop_id);
    const found = edits ? null : nearest(list(), category, place?.position ?? stop?.position);
    const line = byId("group-near");
    const words = found ? t("Gruppen har redan en här intill: {what}.", { what: label(found) }) + (found.text ? ` ”${found.text.slice(0, 80)}”` : "") : "";
    if (line.textContent !== words) line.textContent = words;
    line.hidden = !words;
  }

  document.addEventListener("visibilitychange", refresh);
  addEventListener("online", refresh);
  setInterval(refresh, EVERY_MS);
  refresh();
  return { refresh, list, label, tell };
}
