/** Four numbered corners that are dragged on a map, with the outline between them. Positions are [lon, lat] in EPSG:4326. */

import L from "#map/leaflet";

/** Puts corners on the map; onMove(number 0–3, [lon, lat]) follows a drag. Answers {put(corners)}, corners or null for each. */
export function makeCorners(map, onMove) {
  const outline = L.polygon([], { className: "draw-line", interactive: false }).addTo(map);
  const marks = [1, 2, 3, 4].map((number) => L.marker([0, 0], {
    draggable: true, keyboard: true, title: String(number),
    icon: L.divIcon({ className: "corner-mark", iconSize: [32, 32], html: Object.assign(document.createElement("span"), { textContent: number }) }),
  }));
  const draw = () => outline.setLatLngs(marks.filter((mark) => map.hasLayer(mark)).map((mark) => mark.getLatLng()));
  marks.forEach((mark, index) => {
    mark.on("drag", draw);
    mark.on("dragend", () => { const { lng, lat } = mark.getLatLng(); onMove(index, [lng, lat]); });
  });
  return {
    put(corners) {
      corners.forEach((corner, index) => { if (corner) marks[index].setLatLng([corner[1], corner[0]]).addTo(map); });
      draw();
      if (corners.every(Boolean)) map.fitBounds(outline.getBounds(), { animate: false, padding: [40, 40] });
    },
  };
}
