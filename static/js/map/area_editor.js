/** Draws areas on a map, corner by corner, by mouse, touch or keyboard. Positions are [lon, lat] in EPSG:4326. */

import L from "#map/leaflet";

/** Makes the editor on a map; `onChange(geometry)` gets a MultiPolygon or null. */
export function makeAreaEditor(map, onChange) {
  const kept = L.featureGroup().addTo(map);
  const drawing = L.featureGroup().addTo(map);
  let polygons = [];
  let corners = null;

  function show() {
    kept.clearLayers();
    if (polygons.length) L.geoJSON(geometry(), { interactive: false, style: { className: "draw-line" } }).addTo(kept);
    drawing.clearLayers();
    const points = (corners ?? []).map(([lon, lat]) => [lat, lon]);
    if (points.length > 2) L.polygon(points, { className: "draw-line", interactive: false }).addTo(drawing);
    else if (points.length > 1) L.polyline(points, { className: "draw-line", fill: false, interactive: false }).addTo(drawing);
    for (const point of points) L.circleMarker(point, { radius: 6, className: "draw-point", interactive: false }).addTo(drawing);
  }

  const geometry = () => (polygons.length ? { type: "MultiPolygon", coordinates: polygons } : null);
  const round = (number) => Math.round(number * 1e7) / 1e7;
  const add = ({ lng, lat }) => { corners.push([round(lng), round(lat)]); show(); };

  map.on("click", ({ latlng }) => { if (corners) { add(latlng); editor.onCorner(corners.length); } });
  map.doubleClickZoom.disable();

  const editor = {
    onCorner: () => {},
    isDrawing: () => corners !== null,
    start() { corners = []; show(); },
    cornerInTheMiddle() { add(map.getCenter()); editor.onCorner(corners.length); },
    undo() { corners.pop(); show(); editor.onCorner(corners.length); },
    /** Closes the area; false while it has fewer than three corners. */
    done() {
      if (corners.length < 3) return false;
      polygons.push([[...corners, corners[0]]]);
      corners = null;
      show();
      onChange(geometry());
      return true;
    },
    clear() { polygons = []; corners = null; show(); onChange(null); },
    /** Takes a GeoJSON Polygon or MultiPolygon as what is there, and looks at it. */
    load(given) {
      polygons = !given ? [] : given.type === "Polygon" ? [given.coordinates] : given.coordinates;
      show();
      if (polygons.length) map.fitBounds(kept.getBounds(), { animate: false, padding: [24, 24] });
    },
  };
  return editor;
}

/** The map's window as `w,s,e,n` with five decimals. */
export function windowOf(map) {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((number) => number.toFixed(5)).join(",");
}

/** A movable mark: put([lon, lat]) shows it, and a click on the map calls onPick([lon, lat]). */
export function makePicker(map, onPick) {
  let mark = null;
  const put = ([lon, lat]) => {
    mark?.remove();
    mark = L.circleMarker([lat, lon], { radius: 9, className: "draw-point", interactive: false }).addTo(map);
  };
  map.on("click", ({ latlng }) => { put([latlng.lng, latlng.lat]); onPick([latlng.lng, latlng.lat]); });
  return { put };
}
