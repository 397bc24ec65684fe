/** Draws a walk's route point by point, shows its stops by number and what is known there. Positions are [lon, lat] in EPSG:4326. */

import { make, pinIcon } from "#lib/dom";
import { roughMetres } from "#lib/geo";
import L from "#map/leaflet";

const KNOWN = "known";
const round = (number) => Math.round(number * 1e7) / 1e7;
const flip = ([lon, lat]) => [lat, lon];

/** Makes the editor on a map; onRoute(geometry) gets a LineString or null, onPoint(count) follows the drawing. While a tool is on, what is known lets every click through. */
export function makeRouteEditor(map, { onRoute, onPoint }) {
  const route = L.featureGroup().addTo(map);
  const stops = L.featureGroup().addTo(map);
  let points = [];
  let drawing = false;
  let picking = null;

  const geometry = () => (points.length > 1 ? { type: "LineString", coordinates: points } : null);

  function show() {
    const known = map.getPane(KNOWN);
    if (known) known.inert = drawing || picking !== null;
    route.clearLayers();
    const line = points.map(flip);
    if (line.length > 1) for (const className of ["walk-route-under", "walk-route"]) L.polyline(line, { className, interactive: false }).addTo(route);
    if (drawing) for (const point of line) L.circleMarker(point, { radius: 5, className: "draw-point", interactive: false }).addTo(route);
  }

  function take({ lng, lat }) {
    const position = [round(lng), round(lat)];
    if (picking) {
      const tell = picking;
      picking = null;
      show();
      tell(position);
    } else if (drawing) {
      points.push(position);
      show();
      onPoint(points.length);
    }
  }

  map.on("click", ({ latlng }) => take(latlng));
  map.doubleClickZoom.disable();

  return {
    isDrawing: () => drawing,
    isPicking: () => picking !== null,
    /** Goes on from where the route ends. */
    start() { drawing = true; picking = null; show(); },
    middle() { take(map.getCenter()); },
    undo() { points.pop(); show(); onPoint(points.length); },
    /** Ends the drawing; false while it is no line. */
    done() {
      if (points.length < 2) return false;
      drawing = false;
      show();
      onRoute(geometry());
      return true;
    },
    clear() { points = []; drawing = false; show(); onRoute(null); },
    /** The next place chosen on the map goes to tell([lon, lat]); null takes that back. */
    pick(tell) { picking = tell; show(); },
    metres: () => points.slice(1).reduce((sum, at, i) => sum + roughMetres(points[i], at), 0),
    load(line) { points = line?.coordinates ?? []; show(); },
    /** Shows stops: [{seq, name, at}]. */
    showStops(list) {
      stops.clearLayers();
      for (const stop of list) stopMarker(stop).addTo(stops);
    },
  };
}

/** A stop's number on the map. */
export function stopMarker({ seq, name, at }) {
  const icon = L.divIcon({ className: "", html: make("span", { class: "walk-stop-mark", text: String(seq) }), iconSize: [32, 32] });
  return L.marker(flip(at), { icon, interactive: false, keyboard: false, zIndexOffset: 500 }).bindTooltip(name);
}

/** What is known: marks {mark, at, label} as pins under the route that tell what they are; the list beside says the same in words. */
export function knownLayer(map, list) {
  map.createPane(KNOWN).style.zIndex = 390;
  return L.featureGroup(list.map(({ mark, at, label }) => {
    const icon = L.divIcon({ className: "pin-marker", html: pinIcon(`known-${mark}`, "pin"), iconSize: [28, 35], iconAnchor: [14, 33] });
    return L.marker(flip(at), { icon, pane: KNOWN, keyboard: false, alt: label }).bindTooltip(label);
  }));
}

/** The route and stops of a walk to look at: {route, stops}. */
export function planLayer({ route, stops }) {
  const group = L.featureGroup(stops.map(stopMarker));
  if (route) for (const className of ["walk-route-under", "walk-route"]) L.geoJSON(route, { interactive: false, style: { className } }).addTo(group);
  return group;
}
