/** The map of a walk: pins that lead to what they stand for, the route and the numbered stops. */

import { make } from "#lib/dom";
import L from "#map/leaflet";
import { makeMap } from "#map/map";
import { pinMarker } from "#map/pins";

/** Makes it in an element from the page's island {spots, routes, stops, layers}; open(href) follows a press on a pin. */
export function makeWalkMap(element, { spots, routes, stops, layers }, open) {
  const { map } = makeMap(element, { layers });
  const all = L.featureGroup().addTo(map);
  for (const route of routes) L.geoJSON(route, { interactive: false, style: { className: "walk-route" } }).addTo(all);
  for (const stop of stops) stopMarker(stop).addTo(all);
  for (const spot of spots) spotMarker(spot, open).addTo(all);
  if (all.getLayers().length) map.fitBounds(all.getBounds(), { animate: false, maxZoom: 17, padding: [40, 40] });
  return map;
}

function spotMarker({ lon, lat, label, look, shape, href }, open) {
  const marker = pinMarker([lon, lat], { key: look, label, polarity: shape }, () => open(href));
  // The pin's own name says "synpunkt"; here it is an observation or an action, and the label says it all.
  marker.on("add", () => { for (const name of ["aria-label", "title"]) marker.getElement().setAttribute(name, label); });
  return marker;
}

function stopMarker({ seq, name, lon, lat }) {
  const icon = L.divIcon({ className: "walk-stop", html: make("span", { text: String(seq) }), iconSize: [26, 26] });
  return L.marker([lat, lon], { icon, interactive: false, keyboard: false, alt: "", zIndexOffset: -500 }).bindTooltip(name);
}
