/** Short messages: seen at the foot of the page and spoken by screen readers. */

import { byId } from "#lib/dom";

let timer;

/** Shows the words for a few seconds. */
export function announce(words, milliseconds = 6000) {
  const toast = byId("toast");
  clearTimeout(timer);
  toast.textContent = "";
  // A live region speaks when its content changes, so the same words twice need an empty moment between.
  requestAnimationFrame(() => { toast.textContent = words; });
  timer = setTimeout(() => { toast.textContent = ""; }, milliseconds);
}
