/** Shows the shape that a person is making: a line or an area, corner by corner, with undo. */

import { geometryOf } from "#lib/geo";
import L from "#map/leaflet";

/** A drawing on the map: show(shape, points) draws them anew, clear() takes it away. Points are [lon, lat]. */
export function makeDrawing(map) {
  map.createPane("drawing").style.zIndex = 640; // above others' markers (600), below what pops up
  map.getPane("drawing").style.pointerEvents = "none";
  const pane = "drawing";
  const layer = L.layerGroup().addTo(map);
  return {
    show(shape, points) {
      layer.clearLayers();
      if (shape === "point") return;
      const done = geometryOf(shape, points);
      if (done) L.geoJSON(done, { pane, interactive: false, style: { className: shape === "area" ? "draw-line draw-area" : "draw-line", fill: shape === "area" } }).addTo(layer);
      else if (points.length > 1) L.polyline(points.map(([lon, lat]) => [lat, lon]), { pane, className: "draw-line", fill: false, interactive: false }).addTo(layer);
      for (const [lon, lat] of points) L.circleMarker([lat, lon], { pane, radius: 6, className: "draw-point", interactive: false }).addTo(layer);
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
