/** Puts words to a position: "Algatan, innerstaden". */

import { API, getJson } from "#net/api";
import { afterQuiet, byId } from "#lib/dom";
import { sayPosition } from "#lib/geo";
import { language } from "#lib/text";

/** at(position) asks the server and shows the words; note(text) shows a word about the phone's position first. */
export function makeNaming() {
  const line = byId("place-label");
  let running = null;
  let words = "";
  let noted = "";

  const ask = afterQuiet(async (position) => {
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams({ lon: position[0].toFixed(6), lat: position[1].toFixed(6) });
    const found = await getJson(`${API}/places/near?${query}`, { signal: running.signal }).catch(() => null);
    if (running.signal.aborted) return;
    words = found?.label || "";
    line.textContent = [words || sayPosition(position, language()), noted].filter(Boolean).join(". ");
    noted = "";
  }, 250);

  return {
    at: ask,
    note(text) { noted = text; line.textContent = text; },
    get words() { return words; },
  };
}
