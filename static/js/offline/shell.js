/** Registers the service worker and tells it what this page needs to open without a network. */

import { one } from "#lib/dom";

// What the form is made of comes first: a network may be gone in a few seconds, and these are what one then needs.
const FORM = /\/js\/(form|offline|lib|net|ui)\/|\/js\/map\/(draw|locate)/;

/** Puts this page aside: itself, what it has loaded, and the modules that the form loads later. */
export async function keepShell() {
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" }).catch(() => null);
  if (!registration || !/^\/(d\/[^/]+|plans\/[^/]+\/statement)?$/.test(location.pathname)) return;
  const ready = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const modules = Object.values(JSON.parse(one('script[type="importmap"]').textContent).imports);
  const needed = modules.filter((url) => !/\/pages\/(staff|walk)|\/js\/walk\//.test(url)).sort((a, b) => FORM.test(b) - FORM.test(a));
  const urls = [...needed, ...loaded].map((url) => new URL(url, location.href)).filter((url) => url.origin === location.origin);
  ready.active?.postMessage({ type: "keep", page: location.pathname, urls: [...new Set(urls.map((url) => url.href))] });
}
