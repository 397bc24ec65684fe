/** A Leaflet map with our background layers. Positions go in and out as [lon, lat] in EPSG:4326. */

import { t } from "#lib/text";
import { drawnLayer } from "#map/background";
import L from "#map/leaflet";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const SWEDEN = [[55.2, 10.6], [69.1, 24.2]];

/** Makes the map in an element; options: bbox [w, s, e, n] to begin with, area (GeoJSON geometry), layers, attributionAt. */
export function makeMap(element, { bbox = null, area = null, layers = [], padding = 0 } = {}) {
  const map = L.map(element, {
    zoomControl: false, attributionControl: false, minZoom: 4, maxZoom: 19, zoomSnap: 0.5, keyboardPanDelta: 60, worldCopyJump: false,
    zoomAnimation: !CALM.matches, fadeAnimation: !CALM.matches, markerZoomAnimation: !CALM.matches, inertia: !CALM.matches,
  });
  L.control.zoom({ position: "topleft", zoomInTitle: t("Zooma in"), zoomOutTitle: t("Zooma ut") }).addTo(map);
  L.control.attribution({ position: "topright", prefix: false }).addTo(map);
  const start = bbox ? [[bbox[1], bbox[0]], [bbox[3], bbox[2]]] : area ? L.geoJSON(area).getBounds() : SWEDEN;
  map.fitBounds(start, { animate: false, paddingBottomRight: [0, padding] });
  const backgrounds = makeBackgrounds(map, layers);
  if (area) L.geoJSON(area, { interactive: false, style: { className: "bg-area" } }).addTo(map);
  return { map, backgrounds };
}

/** Layers by key, the first one shown; show(key) changes. Without any layer the drawn map of the municipality is used. */
function makeBackgrounds(map, layers) {
  map.createPane("background").style.zIndex = 150;
  const wanted = layers.length ? layers : [{ key: "vector", kind: "vector", url: "/basemap/vector.json" }];
  const made = new Map(wanted.map((layer) => [layer.key, layer.kind === "vector" ? drawnLayer(map, layer) : tileLayer(layer)]));
  let shown = null;
  const show = (key) => {
    const layer = made.get(key);
    if (!layer || layer === shown) return;
    shown?.remove();
    shown = layer.addTo(map);
  };
  show(wanted[0].key);
  return { show };
}

function tileLayer({ url, attribution = "", min_zoom: minZoom = 0, max_zoom: maxNativeZoom = 19 }) {
  return L.tileLayer(url, { attribution, minZoom, maxNativeZoom, maxZoom: 19, pane: "background", keepBuffer: 3, updateWhenIdle: true });
}

/** The map's box as [w, s, e, n] in degrees, grown outwards to a grid of 1/1000 of its width so that answers can be cached. */
export function boxOf(map) {
  const bounds = map.getBounds();
  const grid = 10 ** Math.ceil(Math.log10(Math.max(1e-6, (bounds.getEast() - bounds.getWest()) / 1000)));
  const digits = Math.max(0, -Math.log10(grid));
  const out = (number, round) => Number((round(number / grid) * grid).toFixed(digits));
  return [out(Math.max(-180, bounds.getWest()), Math.floor), out(Math.max(-90, bounds.getSouth()), Math.floor),
    out(Math.min(180, bounds.getEast()), Math.ceil), out(Math.min(90, bounds.getNorth()), Math.ceil)];
}

/** Where the map's middle is. */
export const centreOf = (map) => { const { lng, lat } = map.getCenter(); return [lng, lat]; };

/** True while the map's middle is on a position, give or take what rounding moves it. */
export function isAt(map, [lon, lat]) {
  return map.latLngToContainerPoint([lat, lon]).distanceTo(map.getSize().divideBy(2)) <= 3;
}

/** Others' pins step back and let taps through, so that a place can be pointed out among them; answers what undoes it. */
export function letThrough(map) {
  const pane = map.getPane("markerPane");
  pane.inert = true;
  return () => { pane.inert = false; };
}

/** Moves the map's middle; zoom only inwards unless it is given. */
export function goTo(map, [lon, lat], zoom = null, { animate = !CALM.matches } = {}) {
  map.setView([lat, lon], zoom ?? map.getZoom(), { animate });
}

/** The middle of the part that a sheet of so many pixels leaves free. */
export function visibleCentre(map, sheetPixels) {
  const { x, y } = map.getSize();
  const { lng, lat } = map.containerPointToLatLng([x / 2, (y - Math.min(sheetPixels, y * 0.6)) / 2]);
  return [lng, lat];
}

/** Moves the map just enough that a position is seen beside a sheet of so many pixels. */
export function reveal(map, [lon, lat], sheetPixels) {
  const { y } = map.getSize();
  map.panInside([lat, lon], { paddingTopLeft: [60, 70], paddingBottomRight: [60, Math.min(sheetPixels + 20, y * 0.75)], animate: !CALM.matches });
}

/** Shows a box [w, s, e, n]. */
export function fitBox(map, [w, s, e, n], { padding = 0 } = {}) {
  map.fitBounds([[s, w], [n, e]], { animate: !CALM.matches, paddingBottomRight: [0, padding], maxZoom: 17 });
}

/** Follows the element's size, so that the middle stays the middle when the sheet moves. */
export function followSize(map) {
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe(map.getContainer());
}
