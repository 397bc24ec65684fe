/** Words in the reader's language. Swedish words are their own keys; other languages come in the page's #texts island. */

import { byId } from "#lib/dom";

let words;

function island() {
  const element = globalThis.document?.getElementById("texts");
  return element ? JSON.parse(element.textContent) : {};
}

/** The text for a Swedish key, with {name} replaced from values. Plain text: never put it in innerHTML. */
export function t(key, values = {}) {
  words ??= island();
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** t() with one of two keys by number; {n} is the number. Swedish and English both have these two forms. */
export function tn(one, many, n, values = {}) {
  return t(n === 1 ? one : many, { n, ...values });
}

/** The page's language, "sv" or "en". */
export function language() {
  return globalThis.document?.documentElement.lang || "sv";
}

/* Short messages: seen at the foot of the page and spoken by screen readers. */
let timer;

// That the server is out of reach is not said a moment longer than it is true.
globalThis.addEventListener?.("online", () => { if (byId("toast").textContent === t("Det gick inte att nå kommunens server.")) announce(""); });

/** Shows the words for a few seconds. */
export function announce(words, milliseconds = 4500) {
  const toast = byId("toast");
  clearTimeout(timer);
  toast.textContent = "";
  // A live region speaks when its content changes, so the same words twice need an empty moment between.
  requestAnimationFrame(() => { toast.textContent = words; });
  timer = setTimeout(() => { toast.textContent = ""; }, milliseconds);
}
