/** The pins of a walk's map. What lies on each other stands as one number; a press zooms in, or spreads out what no zoom tells apart. */

import { rings, together } from "#lib/spreading";
import { t } from "#lib/text";
import L from "#map/leaflet";
import { clusterMarker, pinMarker } from "#map/pins";

const REACH = 44; // pixels: nearer, one pin would cover another
const MOST_BESIDE = 3; // so many at the same place, as an observation and its action are, stand side by side at once
const CLOSEST = 19;

/** Adds spots {lon, lat, label, color, look, shape, href} to the map; open(href) follows a press on one. */
export function makeSpots(map, spots, open) {
  const layer = L.layerGroup().addTo(map);
  const fan = L.layerGroup().addTo(map);
  const at = ({ lat, lon }) => L.latLng(lat, lon);
  const beside = besides(spots);
  const pixels = (those, zoom) => those.map((spot) => { const { x, y } = map.project(at(spot), zoom); return [x + beside.get(spot), y]; });

  function show() {
    const hadFocus = [...layer.getLayers(), ...fan.getLayers()].some((marker) => marker.getElement?.() === document.activeElement);
    fold();
    layer.clearLayers();
    for (const group of together(pixels(spots, map.getZoom()), REACH)) {
      const those = group.map((i) => spots[i]);
      (those.length > 1 ? numberOf(those) : pinOf(those[0], at(those[0]), ([x, y]) => [x - beside.get(those[0]), y])).addTo(layer);
    }
    // The number that was pressed is gone; the keyboard then stands on the map, not at the top of the page.
    if (hadFocus) map.getContainer().focus({ preventScroll: true });
  }

  function pinOf({ label, look, shape, href }, place, shift = ([x, y]) => [x, y]) {
    const marker = pinMarker([place.lng, place.lat], { key: look, label, polarity: shape }, () => open(href));
    const { options } = marker.options.icon;
    options.iconAnchor = shift(options.iconAnchor);
    // The pin's own name says "synpunkt"; here it is an observation or an action, and the label says it all.
    return named(marker, label);
  }

  function numberOf(those) {
    const counts = {};
    const told = counted(those);
    for (const { color } of told) counts[color] = (counts[color] ?? 0) + 1;
    const colours = Object.fromEntries(Object.keys(counts).map((color) => [color, color]));
    const [{ lat, lon }] = those; // not their middle, which may be where another number stands
    const marker = clusterMarker([lon, lat], told.length, counts, colours, () => {
      const isApart = together(pixels(those, CLOSEST), REACH).length > 1;
      if (isApart) zoomTo(those);
      else if (fan.number === marker) fold();
      else spread(those, marker);
    });
    return named(marker, t("{n} ligger tillsammans här. Visa dem.", { n: told.length }));
  }

  function zoomTo(those) {
    const box = L.latLngBounds(those.map(at));
    const zoom = Math.max(map.getZoom() + 1, Math.min(CLOSEST, map.getBoundsZoom(box, false, L.point(40, 40))));
    map.setView(box.getCenter(), Math.min(CLOSEST, zoom));
  }

  /** Each stands by itself around the number, with a line to where it lies. */
  function spread(those, marker) {
    fold();
    map.setView(marker.getLatLng(), map.getZoom(), { animate: false });
    const middle = map.latLngToLayerPoint(marker.getLatLng());
    const places = rings(those.length, REACH + 6).map(([x, y]) => map.layerPointToLatLng(middle.add([x, y])));
    for (const place of places) L.polyline([marker.getLatLng(), place], { className: "walk-leg", interactive: false }).addTo(fan);
    const pins = those.map((spot, i) => pinOf(spot, places[i], () => [18, 22]).addTo(fan));
    fan.number = marker;
    for (const each of [marker, ...pins]) each.getElement().classList.add("in-fan");
    map.getContainer().classList.add("is-fanned");
    pins[0].getElement().focus({ preventScroll: true });
  }

  function fold() {
    fan.clearLayers();
    fan.number?.getElement()?.classList.remove("in-fan");
    fan.number = null;
    map.getContainer().classList.remove("is-fanned");
  }

  map.on("zoomend", show);
  map.on("click", fold);
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fan.number) return;
    const number = fan.number.getElement();
    fold();
    number?.focus({ preventScroll: true });
  });
  show();
}

const placeOf = ({ lon, lat }) => `${lon.toFixed(5)} ${lat.toFixed(5)}`;

/** What a number counts: an action that lies where its observation does is the same matter, and not told twice. */
function counted(spots) {
  const seen = new Set(spots.filter(({ shape }) => shape !== "action").map(placeOf));
  return spots.filter((spot) => spot.shape !== "action" || !seen.has(placeOf(spot)));
}

/** How many pixels to the right of its place each spot stands. */
function besides(spots) {
  const piles = new Map();
  for (const spot of spots) {
    const place = placeOf(spot);
    piles.set(place, [...(piles.get(place) ?? []), spot]);
  }
  const found = new Map();
  for (const pile of piles.values()) pile.forEach((spot, i) => found.set(spot, pile.length > MOST_BESIDE ? 0 : i * REACH));
  return found;
}

function named(marker, name) {
  return marker.on("add", () => { for (const attribute of ["aria-label", "title"]) marker.getElement().setAttribute(attribute, name); });
}
