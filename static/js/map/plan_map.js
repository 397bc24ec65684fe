/** The map of a plan: its area, and its parts that can be pressed. */

import { byId, make } from "#lib/dom";
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
    const name = code ? `${code} ${title}` : title;
    layer.bindTooltip(make("span", { text: name }), { sticky: true });
    layer.on("click", (event) => onPart(String(id), event));
    shapes.set(String(id), { layer, name });
  }
  if (all.getLayers().length) map.fitBounds(all.getBounds(), { animate: false, maxZoom: 18, padding: [24, 24] });
  const laid = addOverlays(map, overlays);
  const shown = byId("show-overlays");
  const showOverlays = () => overlays.forEach(({ key }) => laid.show(key, shown.checked));
  shown?.addEventListener("change", showOverlays);
  if (shown) showOverlays(); // it may have been pressed before the map was here
  let [mark, named] = [null, null];
  const forget = () => { mark?.remove(); mark = null; };
  const put = ([lon, lat]) => { forget(); mark = L.circleMarker([lat, lon], { radius: 9, className: "draw-point", interactive: false }).addTo(map); };
  if (onPlace) map.on("click", ({ latlng }) => { put([latlng.lng, latlng.lat]); onPlace([latlng.lng, latlng.lat]); });
  return {
    map, put, forget, overlays: laid,
    choose(id) {
      named?.remove();
      named = null;
      for (const [key, { layer, name }] of shapes) {
        layer.eachLayer((shape) => shape.getElement()?.classList.toggle("is-chosen", key === id));
        if (key === id) named = L.tooltip({ className: "plan-part-name", direction: "center", permanent: true }).setLatLng(layer.getBounds().getCenter()).setContent(make("span", { text: name })).addTo(map);
      }
    },
  };
}

/** Puts the map where the drawn picture was. */
export function replacePicture() {
  byId("plan-map").hidden = false;
  byId("plan-picture")?.setAttribute("hidden", "");
}
