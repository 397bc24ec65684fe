/** The map of a plan: its area, and its parts that can be pressed. */

import { byId } from "#lib/dom";
import L from "#map/leaflet";
import { makeMap } from "#map/map";
import { addOverlays } from "#map/plan_overlays";

const AREA = { className: "walk-route", color: "#0B4F6C", weight: 3, fill: false, interactive: false };
const PART = { className: "plan-part-shape", color: "#0B4F6C", weight: 2, fillColor: "#0072B2" };

/**
 * Makes it in an element from the page's island {area, parts, layers, overlays}. onPart(id) follows a press on a part; with onPlace([lon, lat])
 * a press also marks the place. Answers {choose(id)}, which shows a part as chosen ("" for none), and {forget()}.
 */
export function makePlanMap(element, { area, parts, layers, bbox = null, overlays = [] }, { onPart, onPlace }) {
  const { map } = makeMap(element, { layers, bbox });
  const all = L.featureGroup().addTo(map);
  if (area) L.geoJSON(area, { style: AREA, interactive: false }).addTo(all);
  const shapes = new Map();
  for (const { id, code, title, geometry } of parts) {
    const layer = L.geoJSON(geometry, { style: PART }).addTo(all);
    layer.bindTooltip(code ? `${code} ${title}` : title, { sticky: true });
    layer.on("click", (event) => onPart(String(id), event));
    shapes.set(String(id), layer);
  }
  if (all.getLayers().length) map.fitBounds(all.getBounds(), { animate: false, maxZoom: 18, padding: [24, 24] });
  const laid = addOverlays(map, overlays);
  const shown = byId("show-overlays");
  const showOverlays = () => overlays.forEach(({ key }) => laid.show(key, shown.checked));
  shown?.addEventListener("change", showOverlays);
  if (shown) showOverlays(); // it may have been pressed before the map was here
  let mark = null;
  const forget = () => { mark?.remove(); mark = null; };
  const put = ([lon, lat]) => { forget(); mark = L.circleMarker([lat, lon], { radius: 9, className: "draw-point", interactive: false }).addTo(map); };
  if (onPlace) map.on("click", ({ latlng }) => { put([latlng.lng, latlng.lat]); onPlace([latlng.lng, latlng.lat]); });
  return {
    map, put, forget, overlays: laid,
    choose(id) { for (const [key, layer] of shapes) layer.setStyle({ ...PART, className: PART.className, fillOpacity: key === id ? 0.5 : 0.18, weight: key === id ? 4 : 2 }); },
  };
}

/** Puts the map where the drawn picture was. */
export function replacePicture() {
  byId("plan-map").hidden = false;
  byId("plan-picture")?.setAttribute("hidden", "");
}
