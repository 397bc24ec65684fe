/** Puts the whole walk aside for lost networks: the page, what it is made of, and the map of the walk's box. */

import { one } from "#lib/dom";
import { tilesOf } from "#walk/placing";

const PARTS = /\/js\/(walk|lib|net|ui|map|offline|form\/photos|pages\/walk_record)|\/vendor\/leaflet/;
const NOT_NEEDED = /\/js\/(map\/(feed|case_map|area_editor|report_map|results_map|walk_map|walk_spots|draw)|offline\/(status|sender|queue|shell))/;
const AT_ONCE = 4;
const PATIENCE_MS = 8000;
const cacheName = (slug) => `walk:${slug}`;

/** Does it, and answers {bytes, missing}; onProgress(done, all) as it goes. Throws where this browser can't. */
export async function prepareWalk({ slug, box, layers, earlier }, onProgress) {
  await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const cache = await caches.open(cacheName(slug));
  const wanted = [...new Set([...ownFiles(), ...mapOf(box, layers), ...photosOf(slug, earlier)])];
  let done = 0;
  let missing = 0;
  const left = [...wanted];
  const keepNext = async () => {
    for (let address = left.shift(); address; address = left.shift()) {
      if (!(await keep(cache, address))) missing += 1;
      done += 1;
      onProgress(done, wanted.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keepNext));
  // The page itself comes last: until everything it needs is here, an earlier copy with its own parts is opened.
  if (!missing && !(await keep(cache, location.pathname, { anew: true }))) missing += 1;
  if (!missing) await dropOld(cache, new Set([...wanted, location.pathname]));
  await workerReady();
  return { bytes: await sizeOf(cache), missing };
}

/** Waits for the worker as long as a slow line installs it. One that is not on its way is asked for once more, and then that is said. */
async function workerReady() {
  for (let tries = 0; tries < 2;) {
    const isReady = await Promise.race([navigator.serviceWorker.ready.then(() => true), new Promise((done) => { setTimeout(done, PATIENCE_MS, false); })]);
    if (isReady) return;
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration?.installing || registration?.waiting) continue;
    await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
    tries += 1;
  }
  throw new Error("no service worker");
}

/** True if the walk would open without a network. */
export async function isPrepared(slug) {
  const cache = await caches.open(cacheName(slug));
  return Boolean(await cache.match(location.pathname, { ignoreVary: true })) && Boolean(await navigator.serviceWorker.getRegistration());
}

/** How much the walk takes in the phone, in bytes. */
export const walkSize = async (slug) => sizeOf(await caches.open(cacheName(slug)));

export const dropPrepared = (slug) => caches.delete(cacheName(slug));

function ownFiles() {
  const modules = Object.values(JSON.parse(one('script[type="importmap"]').textContent).imports);
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const linked = [...document.querySelectorAll('link[rel~="stylesheet"], link[rel~="icon"], link[rel="manifest"]')].map((link) => link.href);
  const own = [...modules.filter((url) => PARTS.test(url) && !NOT_NEEDED.test(url)), ...loaded, ...linked].map((url) => new URL(url, location.href));
  return own.filter((url) => url.origin === location.origin && /^\/static\/|manifest\.webmanifest$/.test(url.pathname)).map((url) => url.href);
}

function mapOf(box, layers) {
  const [first] = layers;
  const tiles = first?.kind === "tiles" && box ? tilesOf(first, box) : [];
  // The built-in map is always there, also under tiles that are missing.
  return ["/basemap/vector.json", ...tiles].map((path) => new URL(path, location.href).href);
}

/** Small photos of the walk before, as many as the package says. */
const photosOf = (slug, earlier) => (earlier?.findings ?? []).flatMap((finding) => finding.photos)
  .map((key) => new URL(`/api/v1/walks/${encodeURIComponent(slug)}/earlier/${key}.jpg`, location.href).href);

async function keep(cache, address, { anew = false } = {}) {
  const isNamedByContent = new URL(address, location.href).pathname.startsWith("/static/");
  const known = await cache.match(address, { ignoreVary: true });
  if (known && isNamedByContent && !anew) return true;
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return Boolean(known);
    await cache.put(address, answer);
    return true;
  } catch {
    return Boolean(known) && !anew;
  }
}

async function dropOld(cache, wanted) {
  const paths = new Set([...wanted].map((url) => new URL(url, location.href).href));
  for (const request of await cache.keys()) if (!paths.has(request.url)) await cache.delete(request);
}

async function sizeOf(cache) {
  let bytes = 0;
  for (const request of await cache.keys()) bytes += (await (await cache.match(request)).blob()).size;
  return bytes;
}
