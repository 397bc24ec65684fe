/** Puts words to a position: "Algatan, innerstaden", and under it how sure the phone is, where the phone said it. */

import { API, getJson } from "#net/api";
import { afterQuiet, byId, make } from "#lib/dom";
import { sayPosition } from "#lib/geo";
import { whenReleased } from "#lib/press";
import { language } from "#lib/text";

/** at(position, note) asks the server and shows the words, and the note with them. */
export function makeNaming() {
  const line = byId("place-label");
  let running = null;
  let words = "";

  const ask = afterQuiet(async (position, note = "") => {
    running?.abort();
    const mine = running = new AbortController();
    const query = new URLSearchParams({ lon: position[0].toFixed(6), lat: position[1].toFixed(6) });
    const found = await getJson(`${API}/places/near?${query}`, { signal: mine.signal }).catch(() => null);
    whenReleased(() => {
      if (mine.signal.aborted) return;
      words = found?.label || "";
      line.replaceChildren(words || sayPosition(position, language()), ...(note ? [make("span", { class: "place-note", text: note })] : []));
    });
  }, 250);

  return {
    at: ask,
    get words() { return words; },
  };
}
