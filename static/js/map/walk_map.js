/** The map of a walk: pins that lead to what they stand for, the route and the numbered stops. */

import { make } from "#lib/dom";
import L from "#map/leaflet";
import { makeMap } from "#map/map";
import { makeSpots } from "#map/walk_spots";
import { trackLayer } from "#map/walk_track";

/** Makes it in an element from the page's island {spots, routes, stops, tracks, layers}; open(href) follows a press on a pin. */
export function makeWalkMap(element, { spots, routes, stops, tracks = [], layers }, open) {
  const { map } = makeMap(element, { layers });
  const all = L.featureGroup().addTo(map);
  for (const route of routes) L.geoJSON(route, { interactive: false, style: { className: "walk-route" } }).addTo(all);
  for (const { name, way } of tracks) trackLayer(way.coordinates).bindTooltip(name, { sticky: true }).addTo(all);
  for (const stop of stops) stopMarker(stop).addTo(all);
  const shown = all.getLayers().length ? all.getBounds() : L.latLngBounds([]);
  const near = spots.filter((spot) => !spot.is_far);
  for (const { lat, lon } of near.length || shown.isValid() ? near : spots) shown.extend([lat, lon]);
  if (shown.isValid()) map.fitBounds(shown, { animate: false, maxZoom: 17, padding: [40, 40] });
  makeSpots(map, spots, open);
  return map;
}

function stopMarker({ seq, name, lon, lat }) {
  const icon = L.divIcon({ className: "walk-stop", html: make("span", { text: String(seq) }), iconSize: [26, 26] });
  return L.marker([lat, lon], { icon, interactive: false, keyboard: false, alt: "", zIndexOffset: -500 }).bindTooltip(name);
}
