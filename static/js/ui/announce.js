/** Short messages: seen at the foot of the page and spoken by screen readers. */

import { byId } from "#lib/dom";
import { t } from "#lib/text";

let timer;

// That the server is out of reach is not said a moment longer than it is true.
addEventListener("online", () => { if (byId("toast").textContent === t("Det gick inte att nå kommunens server.")) announce(""); });

/** Shows the words for a few seconds. */
export function announce(words, milliseconds = 4500) {
  const toast = byId("toast");
  clearTimeout(timer);
  toast.textContent = "";
  // A live region speaks when its content changes, so the same words twice need an empty moment between.
  requestAnimationFrame(() => { toast.textContent = words; });
  timer = setTimeout(() => { toast.textContent = ""; }, milliseconds);
}
