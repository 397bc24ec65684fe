/** The way a group went: each stretch as it was recorded, and dashed where the phone did not listen. */

import L from "#map/leaflet";

/** A layer of stretches [[[lon, lat], …], …]. */
export function trackLayer(stretches) {
  const layer = L.featureGroup();
  const line = (positions, className) => L.polyline(positions.map(([lon, lat]) => [lat, lon]), { className, smoothFactor: 0.5 }).addTo(layer);
  stretches.forEach((stretch, i) => {
    if (i > 0) line([stretches[i - 1].at(-1), stretch[0]], "walk-track walk-track-gap");
    if (stretch.length > 1) line(stretch, "walk-track");
  });
  return layer;
}
