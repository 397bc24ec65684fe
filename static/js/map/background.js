/** The built-in map: land, districts and names from the server, drawn with the page's own colours. */

import { getJson } from "#net/api";
import { liesWithin } from "#lib/geo";
import L from "#map/leaflet";

const GAP = 3; // pixels between two names
const LINES = [[0, 0], [0, -1], [0, 1], [0, -2], [0, 2], [1, 0], [-1, 0]]; // how far a name may move: half widths beside its place, and lines
const BESIDE = 18; // pixels that a name beside its place keeps from it
// The town's name looks further for room among pins: the nearest free spot, rather up the page than down.
const FAR = Array.from({ length: 9 * 21 }, (_, i) => [(i % 9 - 4) / 2, (Math.floor(i / 9) - 14) / 2])
  .map(([side, line]) => ({ spot: [side, line], far: Math.hypot(side * 68, line * 21) + (line > 0 ? 20 : 0) }))
  .filter(({ far }) => far < 150).sort((one, other) => one.far - other.far).map(({ spot }) => spot);
const TOWN_UNTIL = 16; // in its streets a town is not told by name
const SEA_FROM = 12; // close by a village's name may stand in the sea beside it; from afar it is left out instead
const GROUND = ["municipality", "land", "outside"];
const EMS = { town: 0.62, village: 0.58 }; // how wide a letter is, about, in its own size
const SIZES = { town: 16, village: 14 };

/** A Leaflet layer that fills itself from an address; without an answer the map is plain, but works. */
export function drawnLayer(map, { url, attribution = "" }) {
  const group = L.layerGroup([], { attribution });
  getJson(url).then((data) => fill(map, group, data)).catch(() => undefined);
  return group;
}

function fill(map, group, data) {
  // Told by the data, after the layer was added; Leaflet takes it away again with the layer.
  group.options.attribution = data.attribution ?? "";
  if (map.hasLayer(group)) map.attributionControl?.addAttribution(group.options.attribution);
  map.getContainer().classList.add("has-sea"); // before the land is drawn, a blue map would be all sea
  const shapes = data.features.filter((feature) => feature.geometry.type !== "Point");
  L.geoJSON({ type: "FeatureCollection", features: shapes }, {
    pane: "background", interactive: false, style: (feature) => ({ className: `bg-land bg-${feature.properties.kind}`, smoothFactor: 0.8 }),
  }).addTo(group);
  const names = data.features.filter((feature) => feature.properties.name && feature.geometry.type === "Point")
    .sort((a, b) => (a.properties.rank ?? 99) - (b.properties.rank ?? 99));
  const ground = shapes.filter(({ properties: { kind } }) => GROUND.includes(kind)).map(({ geometry }) => geometry);
  const labels = L.layerGroup().addTo(group);
  let asked = 0;
  const place = () => { cancelAnimationFrame(asked); asked = requestAnimationFrame(() => putLabels(map, labels, names, ground)); };
  map.on("zoomend moveend resize", place);
  new MutationObserver(place).observe(map.getPane("markerPane"), { childList: true }); // pins came or went
  place();
}

/** Names that fit: the most important first, none on another or under a pin, towns and villages on land; moved where that helps. */
function putLabels(map, labels, names, ground) {
  if (!map.getPane("markerPane")) return; // the map was taken away before its turn came
  labels.clearLayers();
  const taken = [];
  const pins = pinBoxes(map);
  const box = map.getBounds().pad(0.05);
  const zoom = map.getZoom();
  for (const { geometry: { coordinates: [lon, lat] }, properties } of names) {
    const isTown = properties.kind === "town";
    if ((properties.min_zoom ?? 0) > zoom || (isTown && zoom > TOWN_UNTIL) || !box.contains([lat, lon])) continue;
    const at = map.latLngToContainerPoint([lat, lon]);
    const size = SIZES[properties.kind] ?? 13;
    const half = properties.name.length * size * (EMS[properties.kind] ?? 0.54) / 2 + GAP;
    const free = freeSpots(at, half, size * 0.65 + GAP, [...taken, ...pins], isTown ? FAR : LINES);
    const isDry = ({ x, y }) => [-0.8, 0.8].every((side) => isGround(map, ground, [x + side * half, y]));
    const mayBeWet = isTown || zoom >= SEA_FROM || !SIZES[properties.kind];
    const spot = (SIZES[properties.kind] && free.find(isDry)) || (mayBeWet && free[0]);
    if (!spot) continue;
    taken.push(spot);
    L.marker([lat, lon], { pane: "background", interactive: false, keyboard: false, icon: L.divIcon({
      className: `bg-label bg-label-${properties.kind ?? "place"}`, iconSize: [0, 0], iconAnchor: [at.x - spot.x, at.y - spot.y], html: labelNode(properties.name) }) }).addTo(labels);
  }
}

/** The spots where nothing is in the way, the best first. */
function freeSpots(at, half, tall, taken, lines) {
  const spots = lines.map(([side, line]) => ({ x: at.x + side * (half + BESIDE), y: at.y + line * 1.6 * tall, half, tall }));
  const meet = (one, other) => Math.abs(other.x - one.x) < half + other.half && Math.abs(other.y - one.y) < tall + other.tall;
  return spots.filter((spot) => !taken.some((other) => meet(spot, other)));
}

function isGround(map, ground, pixel) {
  const { lng, lat } = map.containerPointToLatLng(pixel);
  return ground.some((geometry) => liesWithin([lng, lat], geometry));
}

/** What pins and clusters cover, as middles and half sizes in the map's pixels. */
function pinBoxes(map) {
  const origin = map.getContainer().getBoundingClientRect();
  return [...map.getPane("markerPane").children].map((pin) => {
    const { left, top, width, height } = pin.getBoundingClientRect();
    return { x: left - origin.left + width / 2, y: top - origin.top + height / 2, half: width / 2 - 2, tall: height / 2 - 2 };
  });
}

function labelNode(name) {
  const span = document.createElement("span");
  span.textContent = name;
  return span;
}
