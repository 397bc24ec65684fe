/** The walk's own map, to point out a place on: route, stops, where the phone is, and the middle under a cross. */

import { make } from "#lib/dom";
import L from "#map/leaflet";
import { showMe } from "#map/locate";
import { centreOf, goTo, makeMap } from "#map/map";

const CLOSE_ZOOM = 17;

/** Makes it in an element: show(position, fix) when it is seen, centre() where the cross is. */
export function makePlaceMap(element, { route, stops, layers, box }) {
  const { map } = makeMap(element, { bbox: box, layers });
  let me = null;
  if (route) L.geoJSON(route, { interactive: false, style: { className: "walk-route" } }).addTo(map);
  for (const stop of stops) {
    if (!stop.position) continue;
    const icon = L.divIcon({ className: "walk-stop", html: make("span", { text: String(stop.seq) }), iconSize: [28, 28] });
    L.marker([stop.position[1], stop.position[0]], { icon, interactive: false, keyboard: false }).addTo(map);
  }
  return {
    show(position, fix) {
      map.invalidateSize({ animate: false });
      if (position) goTo(map, position, CLOSE_ZOOM, { animate: false });
      if (fix) me = showMe(map, fix, me);
    },
    centre: () => centreOf(map),
  };
}
