/** The map of a walk: pins that lead to what they stand for, the route and the numbered stops. */

import { make } from "#lib/dom";
import L from "#map/leaflet";
import { makeMap } from "#map/map";
import { pinMarker } from "#map/pins";
import { trackLayer } from "#map/walk_track";

const BESIDE = 38; // pixels

/** Makes it in an element from the page's island {spots, routes, stops, tracks, layers}; open(href) follows a press on a pin. */
export function makeWalkMap(element, { spots, routes, stops, tracks = [], layers }, open) {
  const { map } = makeMap(element, { layers });
  const all = L.featureGroup().addTo(map);
  for (const route of routes) L.geoJSON(route, { interactive: false, style: { className: "walk-route" } }).addTo(all);
  for (const { name, way } of tracks) trackLayer(way.coordinates).bindTooltip(name, { sticky: true }).addTo(all);
  for (const stop of stops) stopMarker(stop).addTo(all);
  const there = new Map();
  const far = L.featureGroup().addTo(map);
  for (const spot of spots) {
    const place = `${spot.lon.toFixed(5)} ${spot.lat.toFixed(5)}`;
    spotMarker(spot, there.get(place) ?? 0, open).addTo(spot.is_far ? far : all);
    there.set(place, (there.get(place) ?? 0) + 1);
  }
  const shown = all.getLayers().length ? all : far;
  if (shown.getLayers().length) map.fitBounds(shown.getBounds(), { animate: false, maxZoom: 17, padding: [40, 40] });
  return map;
}

/** What lies at the same place as others stands beside them, so that each can be pressed. */
function spotMarker({ lon, lat, label, look, shape, href }, before, open) {
  const marker = pinMarker([lon, lat], { key: look, label, polarity: shape }, () => open(href));
  const { options } = marker.options.icon;
  options.iconAnchor = [options.iconAnchor[0] - BESIDE * before, options.iconAnchor[1]];
  // The pin's own name says "synpunkt"; here it is an observation or an action, and the label says it all.
  marker.on("add", () => { for (const name of ["aria-label", "title"]) marker.getElement().setAttribute(name, label); });
  return marker;
}

function stopMarker({ seq, name, lon, lat }) {
  const icon = L.divIcon({ className: "walk-stop", html: make("span", { text: String(seq) }), iconSize: [26, 26] });
  return L.marker([lat, lon], { icon, interactive: false, keyboard: false, alt: "", zIndexOffset: -500 }).bindTooltip(name);
}
