/** Markers: pins by category, clusters with a ring of shares. DOM elements, so that a keyboard and a screen reader reach them. */

import { arcPath, clusterSize, clusterText, shares } from "#lib/ring";
import { t, tn } from "#lib/text";
import L from "#map/leaflet";

const SVG = "http://www.w3.org/2000/svg";
const CENTRED = { insecure: [18, 24], secure: [18, 22], proposal: [18, 22], action: [18, 22] };

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A pin at [lon, lat] for a category {key, label, polarity}; onOpen is called on click, Enter and space. */
export function pinMarker([lon, lat], category, onOpen) {
  const picture = svg("svg", { class: "pin", viewBox: "0 0 36 45", "aria-hidden": "true" }, svg("use", { href: `#pin-${category.key}` }));
  const icon = L.divIcon({ className: "pin-marker", html: picture, iconSize: [36, 45], iconAnchor: CENTRED[category.polarity] ?? [18, 43] });
  return reachable(L.marker([lat, lon], { icon, riseOnHover: true }), t("Synpunkt: {category}", { category: category.label }), onOpen);
}

/** A cluster of `count` at [lon, lat]; counts by category colour its ring where the feed gives them. */
export function clusterMarker([lon, lat], count, counts, colours, onOpen) {
  const size = clusterSize(count);
  const c = size / 2;
  const arcs = shares(counts, colours, count).map((arc) => svg("path", { d: arcPath(arc, c, c - 4.5), fill: "none", stroke: arc.colour, "stroke-width": 5 }));
  const number = svg("text", { x: c, y: c + 5.3 });
  number.textContent = clusterText(count);
  const picture = svg("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" },
    svg("circle", { cx: c, cy: c, r: c - 1, fill: "#fff", stroke: "#16242d", "stroke-width": 1.5 }), ...arcs,
    svg("circle", { cx: c, cy: c, r: c - 7.5, fill: "#fff", stroke: "#16242d", "stroke-width": 0.75 }), number);
  const icon = L.divIcon({ className: "cluster", html: picture, iconSize: [size, size] });
  return reachable(L.marker([lat, lon], { icon }), tn("{n} synpunkt här. Zooma in.", "{n} synpunkter här. Zooma in.", count), onOpen);
}

/** Gives the marker a role and a name, and opens it by mouse, touch and keyboard alike. */
function reachable(marker, name, onOpen) {
  marker.on("add", () => {
    const element = marker.getElement();
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", name);
    element.setAttribute("title", name);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      onOpen(marker);
    });
  });
  marker.on("click", () => onOpen(marker));
  return marker;
}

/** A line or an area that somebody drew, in the category's colour. */
export function shapeLayer(geometry, colour) {
  const under = L.geoJSON(geometry, { interactive: false, style: { className: "shape-line" } });
  const over = L.geoJSON(geometry, { interactive: false, style: { className: "shape-line-top", color: colour, fill: geometry.type.includes("Polygon"), fillColor: colour, fillOpacity: 0.25 } });
  return L.featureGroup([under, over]);
}
