/** Shows the shape that a person is making: a line or an area, corner by corner, with undo. */

import { geometryOf } from "#lib/geo";
import L from "#map/leaflet";

/** A drawing on the map: show(shape, points) draws them anew, clear() takes it away. Points are [lon, lat]. */
export function makeDrawing(map) {
  const layer = L.layerGroup().addTo(map);
  return {
    show(shape, points) {
      layer.clearLayers();
      if (shape === "point") return;
      const done = geometryOf(shape, points);
      if (done) L.geoJSON(done, { interactive: false, style: { className: "draw-line", fill: shape === "area" } }).addTo(layer);
      else if (points.length > 1) L.polyline(points.map(([lon, lat]) => [lat, lon]), { className: "draw-line", fill: false, interactive: false }).addTo(layer);
      for (const [lon, lat] of points) L.circleMarker([lat, lon], { radius: 6, className: "draw-point", interactive: false }).addTo(layer);
    },
    clear: () => layer.clearLayers(),
  };
}

/** Calls onTap([lon, lat]) when the map is tapped; answers a function that stops it. */
export function onTap(map, listener) {
  const tapped = ({ latlng }) => listener([latlng.lng, latlng.lat]);
  map.on("click", tapped);
  return () => map.off("click", tapped);
}
