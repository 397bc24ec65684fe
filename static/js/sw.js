/**
 * The service worker: opens the pages one has visited when there is no network, and nothing more.
 * It keeps the start page, dialogues' map pages, plans' forms and static files. It never touches staff pages, personal links, the API (but for a walk's earlier photos) or other methods than GET.
 * A safety walk that was prepared (walk/prepare.js) lies whole in a cache of its own, which is only read here.
 */

const PAGES = "pages-1";
const FILES = "files-1";
const KEPT = [PAGES, FILES];
const PAGE = /^\/(d\/[^/]+|plans\/[^/]+\/statement)?$/;
const FILE = /^\/static\/|^\/basemap\/vector\.json$|^\/manifest\.webmanifest$/;
const WALK = /^\/walks\/[^/]+\/record$/;
const WALKS = "walk:";
const TILE = /^\/basemap\/[^/]+\/\d+\/\d+\/\d+\.png$|^\/walks\/[^/]+\/manifest\.webmanifest$|^\/api\/v1\/walks\/[^/]+\/earlier\/\w+\.jpg$/;
const WALK_PATIENCE_MS = 3000;
// One copy of each is kept, whatever headers it was asked for with.
const AS_IS = { ignoreVary: true };
const PATIENCE_MS = 5000;
const AT_ONCE = 4;
const MOST_PAGES = 6;
const MOST_FILES = 160;
const OLDEST_MS = 30 * 86_400_000;

self.addEventListener("install", () => self.skipWaiting());

// Pages come from the network first and files are named by their content, so a new version may take over at once.
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => !KEPT.includes(name) && !name.startsWith(WALKS)).map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(url.pathname)) event.respondWith(page(request, url));
  else if (request.mode === "navigate" && WALK.test(url.pathname)) event.respondWith(walk(request, url));
  else if (FILE.test(url.pathname)) event.respondWith(file(request, url));
  else if (TILE.test(url.pathname)) event.respondWith(caches.match(request, AS_IS).then((kept) => kept ?? fetch(request)));
});

self.addEventListener("message", (event) => {
  if (event.data?.type !== "keep") return;
  event.waitUntil((async () => {
    const files = await caches.open(FILES);
    const wanted = event.data.urls.filter((one) => FILE.test(new URL(one).pathname));
    const keepNext = async () => {
      for (let address = wanted.shift(); address; address = wanted.shift()) {
        if (!(await files.match(address, AS_IS))) await files.add(address).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, keepNext)); // few enough that the page's own requests get through
    const pages = await caches.open(PAGES);
    if (PAGE.test(event.data.page) && !(await pages.match(event.data.page, AS_IS))) {
      const answer = await fetch(event.data.page, { credentials: "same-origin" }).catch(() => null);
      if (answer) await keepPage(event.data.page, answer);
    }
  })());
});

async function page(request, url) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout?.(PATIENCE_MS * 4) });
    if (answer.ok) await keepPage(url.pathname, answer.clone());
    return answer;
  } catch {
    const kept = await (await caches.open(PAGES)).match(url.pathname, AS_IS);
    if (kept && Date.now() - Date.parse(kept.headers.get("Date") ?? 0) < OLDEST_MS) return kept;
    return offline();
  }
}

/** The walk as it was prepared, when the network does not answer within seconds: in the dark nobody waits for it. */
async function walk(request, url) {
  const kept = await caches.open(WALKS + url.pathname.split("/")[2]).then((cache) => cache.match(url.pathname, AS_IS));
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout?.(WALK_PATIENCE_MS) } : {});
    return kept && answer.status >= 500 ? kept : answer;
  } catch {
    return kept ?? offline();
  }
}

async function keepPage(pathname, answer) {
  if (!answer.ok || answer.redirected || /no-store/.test(answer.headers.get("Cache-Control") ?? "")) return;
  const pages = await caches.open(PAGES);
  await pages.put(pathname, answer);
  await trim(pages, MOST_PAGES);
}

async function file(request, url) {
  const files = await caches.open(FILES);
  const kept = await files.match(request, AS_IS) ?? await caches.match(request, AS_IS);
  const isNamedByContent = url.pathname.startsWith("/static/");
  if (kept && isNamedByContent) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      await files.put(request, answer.clone());
      await trim(files, MOST_FILES);
    }
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function trim(cache, most) {
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)));
}

function offline() {
  const english = /^en/.test(self.navigator.language ?? "");
  const words = english
    ? ["No network", "This page needs network. What you have written is kept in your phone.", "Try again"]
    : ["Inget nät", "Sidan behöver nät. Det du har skrivit finns kvar i telefonen.", "Försök igen"];
  const html = `<!doctype html><html lang="${english ? "en" : "sv"}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${words[0]}</title>`
    + `<main><h1>${words[0]}</h1><p>${words[1]}</p><p><a href="">${words[2]}</a></p></main></html>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Retry-After": "10" } });
}
