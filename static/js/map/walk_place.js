/** The walk's own map, to point out a place on: route, stops, where the phone is, and the middle under a cross. */

import { make } from "#lib/dom";
import L from "#map/leaflet";
import { showMe } from "#map/locate";
import { centreOf, goTo, makeMap } from "#map/map";
import { trackLayer } from "#map/walk_track";

const CLOSE_ZOOM = 17;

/** Makes it in an element: show(position, fix) when it is seen, around(stretches, others) what was gone and what others found, centre() where the cross is. */
export function makePlaceMap(element, { route, stops, layers, box }) {
  const { map } = makeMap(element, { bbox: box, layers });
  let me = null;
  const beside = L.layerGroup().addTo(map);
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
    around(stretches, others) {
      beside.clearLayers();
      trackLayer(stretches).addTo(beside);
      for (const { position: [lon, lat], label } of others) {
        L.circleMarker([lat, lon], { radius: 8, className: "wa-other" }).bindTooltip(label, { className: "wa-other-name", direction: "top" }).addTo(beside);
      }
    },
    centre: () => centreOf(map),
  };
}
