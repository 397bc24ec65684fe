/** The results' maps: districts coloured by class, and heat as a picture. */

import { make } from "#lib/dom";
import L from "#map/leaflet";
import { makeMap } from "#map/map";

/** Districts from GeoJSON with `id` and `step`; words(id) gives [name, line, …] for the tip, point(id|null) tells what is pointed at. */
export function districtMap(element, { layers, districts, chosen }, words, point) {
  const { map } = makeMap(element, { bbox: boxOf(districts), layers });
  const shapes = new Map();
  const group = L.geoJSON(districts, {
    style: (feature) => ({ className: `step step-${feature.properties.step}${feature.properties.id === chosen ? " is-chosen" : ""}`, fillOpacity: 0.9 }),
    onEachFeature: (feature, layer) => {
      const { id } = feature.properties;
      shapes.set(id, layer);
      layer.bindTooltip(() => tip(words(id)), { sticky: true, className: "map-tip", direction: "top", opacity: 1 });
      layer.on("mouseover", () => { layer.bringToFront(); point(id); });
      layer.on("mouseout", () => point(null));
    },
  }).addTo(map);
  map.fitBounds(group.getBounds(), { animate: false, padding: [12, 12] });
  shapes.get(chosen)?.bringToFront();
  return { mark: (id, on) => shapes.get(id)?.getElement()?.classList.toggle("is-chosen", on || id === chosen) };
}

/** A picture of the density between two corners [[south, west], [north, east]]. */
export function heatMap(element, { layers, heat, corners }) {
  const [[south, west], [north, east]] = corners;
  const { map } = makeMap(element, { bbox: [west, south, east, north], layers });
  L.imageOverlay(heat, corners, { opacity: 0.9, interactive: false, alt: "" }).addTo(map);
}

function tip([name, ...lines]) {
  const node = make("div");
  node.append(make("strong", { text: name }), ...lines.map((text) => make("div", { text })));
  return node;
}

function boxOf(data) {
  const bounds = L.geoJSON(data).getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}
