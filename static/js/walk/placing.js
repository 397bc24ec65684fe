/** How the place of an observation is said: GPS that is sure enough, a stop, or moved on the map. Pure. */

export const UNSURE_M = 50;
const FRESH_MS = 30_000;

/** How old the phone's answer is in whole seconds, if that alone makes it unsure; else 0. */
export const staleness = ({ at }, now = Date.now()) => (now - at > FRESH_MS ? Math.round((now - at) / 1000) : 0);

/** True if the phone's answer may be used without asking. */
export const isSure = (fix, now = Date.now()) => Boolean(fix && fix.accuracy <= UNSURE_M && !staleness(fix, now));

/** The place one begins with: GPS if it is sure, else the stop where the group stands, else none. A stop without a place of its own takes GPS's, sure or not. */
export function firstPlace(fix, stop, now = Date.now()) {
  if (isSure(fix, now)) return fromFix(fix, now);
  return stop ? atStop(stop, fix) : null;
}

export const fromFix = (fix, now = Date.now()) => ({ source: "gps", position: fix.position, accuracy_m: fix.accuracy, stale_s: staleness(fix, now) });
export const onMap = (position) => ({ source: "manual", position, accuracy_m: null });

/** At a stop; null where neither the plan nor the phone knows where that is. */
export function atStop(stop, fix) {
  if (stop.position) return { source: "stop", stop_id: stop.id, position: null, accuracy_m: null };
  return fix ? { source: "stop", stop_id: stop.id, position: fix.position, accuracy_m: fix.accuracy } : null;
}

/** What is sent of a draft: the body of the request without its revision. */
export function bodyOf(draft, groupId) {
  const place = draft.place;
  return {
    observed_at: draft.observed_at,
    group_id: groupId,
    category: draft.category,
    polarity: draft.polarity,
    severity: draft.polarity === "insecure" ? Number(draft.severity) || 2 : null,
    text: draft.text,
    light: draft.light || null,
    said_by: draft.said_by || "unknown",
    is_acute: Boolean(draft.is_acute),
    point_source: place.source,
    stop_id: place.stop_id ?? draft.at_stop ?? null,
    accuracy_m: place.accuracy_m,
    follows_id: draft.follows_id ?? null,
    verdict: draft.verdict ?? null,
    place: place.position ? { type: "Point", coordinates: place.position.map((number) => Math.round(number * 1e7) / 1e7) } : null,
  };
}

/** Addresses of the tiles of a box [w, s, e, n] at the zooms that are useful on foot, at most `most`, the coarse first. */
export function tilesOf({ url, min_zoom: least = 0, max_zoom: greatest = 19 }, [w, s, e, n], most = 500) {
  const found = [];
  for (let zoom = Math.max(13, least); zoom <= Math.min(18, greatest); zoom += 1) {
    const [left, top] = tileAt(w, n, zoom);
    const [right, bottom] = tileAt(e, s, zoom);
    if (found.length + (right - left + 1) * (bottom - top + 1) > most) break;
    for (let x = left; x <= right; x += 1) for (let y = top; y <= bottom; y += 1) found.push(url.replace("{z}", zoom).replace("{x}", x).replace("{y}", y));
  }
  return found;
}

function tileAt(lon, lat, zoom) {
  const rad = (lat * Math.PI) / 180;
  return [Math.floor(((lon + 180) / 360) * 2 ** zoom), Math.floor(((1 - Math.asinh(Math.tan(rad)) / Math.PI) / 2) * 2 ** zoom)];
}
