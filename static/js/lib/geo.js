/** Shapes and distances as the form needs them. Positions are [lon, lat] in EPSG:4326, as in GeoJSON. */

/** Points needed before a shape can be kept. */
export const NEEDED = { point: 1, line: 2, area: 3 };

/** Metres between two positions on a sphere: good enough to show a person, never used to measure. */
export function roughMetres([lon1, lat1], [lon2, lat2]) {
  const rad = Math.PI / 180;
  const h = Math.sin(((lat2 - lat1) * rad) / 2) ** 2
    + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * 6_371_009 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** "40 m", "1,2 km" ("1.2 km" in English). */
export function sayDistance(metres, language = "sv") {
  if (metres < 950) return `${metres < 20 ? Math.round(metres) : Math.round(metres / 10) * 10} m`;
  return `${(metres / 1000).toLocaleString(language === "en" ? "en-GB" : "sv-SE", { maximumFractionDigits: 1 })} km`;
}

/** GeoJSON geometry of a shape ("point", "line", "area") from its points; null while too few. Seven decimals are a centimetre. */
export function geometryOf(shape, points) {
  const rounded = points.map((point) => point.map((number) => Math.round(number * 1e7) / 1e7));
  if (rounded.length < NEEDED[shape]) return null;
  if (shape === "point") return { type: "Point", coordinates: rounded[0] };
  if (shape === "line") return { type: "LineString", coordinates: rounded };
  return { type: "Polygon", coordinates: [[...rounded, rounded[0]]] };
}

/** A position that stands for a shape: the point itself, the middle corner of a line, the mean of an area's corners. */
export function middleOf(shape, points) {
  if (!points.length) return null;
  if (shape !== "area") return points[Math.floor((points.length - 1) / 2)];
  return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
}

/** True if the position lies in a Polygon or MultiPolygon; true where there is none, since then every place will do. */
export function liesWithin([x, y], geometry) {
  if (!geometry) return true;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.some((rings) => rings.reduce((inside, ring) => inside !== crosses(ring, x, y), false));
}

function crosses(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** "55,37510, 13,15690" as the map and the form show a position. */
export function sayPosition([lon, lat], language = "sv") {
  const mark = language === "sv" ? "," : ".";
  return [lat, lon].map((number) => number.toFixed(5).replace(".", mark)).join("; ");
}

const FAR_KM = 100;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
const kilometres = ([lon1, lat1], [lon2, lat2]) => roughMetres([lon1, lat1], [lon2, lat2]) / 1000;

/** The box [w, s, e, n] round most of the places {at, bbox}: one that lies far from the others, or is far too wide, does not decide it. */
export function boxOfMost(places) {
  const centre = [0, 1].map((axis) => median(places.map(({ at }) => at[axis])));
  const near = places.filter(({ at }) => kilometres(at, centre) < FAR_KM);
  const boxes = (near.length ? near : places).map(({ bbox, at: [lon, lat] }) => (
    bbox && kilometres([bbox[0], bbox[1]], [bbox[2], bbox[3]]) < FAR_KM ? bbox : [lon - 0.02, lat - 0.02, lon + 0.02, lat + 0.02]));
  return [0, 1, 2, 3].map((side) => Math[side < 2 ? "min" : "max"](...boxes.map((box) => box[side])));
}
