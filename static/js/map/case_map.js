/** Shows where one contribution lies, and what others said nearby. */

import { t } from "#lib/text";
import L from "#map/leaflet";
import { makeMap } from "#map/map";
import { pinMarker, shapeLayer } from "#map/pins";

/** Makes the map in an element; show(data) moves it, remove() lets go of it. `data` is the page's island: geometry, at, near, category. */
export function makeCaseMap(element, layers, onNear) {
  let map = null;
  let group = null;

  function show(data) {
    if (!map) {
      ({ map } = makeMap(element, { bbox: boxAround(data.at, 0.004), layers }));
      group = L.featureGroup().addTo(map);
    }
    group.clearLayers();
    if (data.geometry.type !== "Point") shapeLayer(data.geometry, data.category.color).addTo(group);
    for (const other of data.near) near(other).addTo(group);
    pinMarker(data.at, data.category, () => {}).addTo(group);
    map.invalidateSize({ animate: false });
    const shape = L.geoJSON(data.geometry).getBounds();
    map.fitBounds(shape, { animate: false, maxZoom: 16, padding: [40, 40] });
  }

  function near({ receipt, at, label }) {
    const mark = L.circleMarker([at[1], at[0]], { radius: 7, className: "draw-point", bubblingMouseEvents: false });
    mark.bindTooltip(t("Nära: {label}", { label }));
    return mark.on("click", () => onNear(receipt));
  }

  return { show, remove: () => map?.remove() };
}

function boxAround([lon, lat], half) {
  return [lon - half, lat - half, lon + half, lat + half];
}
