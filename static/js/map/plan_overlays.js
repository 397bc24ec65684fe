/** Lays a plan's own map over the background: pictures, shapes and tiles, all from our own server. */

import { getJson } from "#net/api";
import L from "#map/leaflet";

/** Adds the overlays ({key, kind, title, url, opacity, bounds}) under the plan's parts; answers {setOpacity(key, 0–1), show(key, yes)}. */
export function addOverlays(map, overlays) {
  map.createPane("plan-overlay").style.zIndex = 350;
  map.getPane("plan-overlay").style.pointerEvents = "none";
  const made = new Map(overlays.map((one) => [one.key, layerOf(one)]));
  for (const layer of made.values()) layer.addTo(map);
  return {
    setOpacity(key, opacity) {
      const layer = made.get(key);
      if (layer?.setOpacity) layer.setOpacity(opacity);
      else layer?.setStyle({ opacity, fillOpacity: opacity / 3 });
    },
    show(key, yes) { const layer = made.get(key); if (yes) layer?.addTo(map); else layer?.remove(); },
  };
}

function layerOf({ kind, url, opacity, bounds, title }) {
  if (kind === "image") return L.imageOverlay(url, [[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { pane: "plan-overlay", opacity, alt: title });
  if (kind === "tiles") return L.tileLayer(url, { pane: "plan-overlay", opacity, maxNativeZoom: 19, maxZoom: 19, updateWhenIdle: true });
  const style = { className: "plan-overlay-shape", color: "#7a4f00", weight: 1.5, opacity, fillOpacity: opacity / 3 };
  const pointToLayer = (_feature, at) => L.circleMarker(at, { ...style, pane: "plan-overlay", radius: 4, interactive: false });
  const layer = L.geoJSON(null, { pane: "plan-overlay", interactive: false, style, pointToLayer });
  getJson(url).then((data) => layer.addData(data)).catch(() => undefined); // without it the page's own map still works
  return layer;
}
