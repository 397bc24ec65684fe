/** The start page's map: one marker for each dialogue, and a way there. */

import { API, getJson } from "#net/api";
import { byId } from "#lib/dom";
import { boxOfMost } from "#lib/geo";
import L from "#map/leaflet";
import { makeMap } from "#map/map";

const element = byId("home-map");

/** The middle of a dialogue's area, from whatever the list tells of it. */
function middle({ center, bbox }) {
  if (center) return center;
  return bbox ? [(bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2] : null;
}

async function show() {
  const { dialogues } = await getJson(`${API}/dialogues`);
  const placed = dialogues.map((dialogue) => ({ ...dialogue, at: middle(dialogue) })).filter(({ at }) => at);
  if (!placed.length) { element.remove(); return; }
  const { map } = makeMap(element, { bbox: boxOfMost(placed) });
  map.scrollWheelZoom.disable();
  for (const { slug, title, status, at: [lon, lat] } of placed) {
    const icon = L.divIcon({ className: `dialogue-marker is-${status}`, iconSize: [44, 44], html: "" });
    const marker = L.marker([lat, lon], { icon, title, riseOnHover: true }).addTo(map);
    marker.bindTooltip(title, { direction: "top", offset: [0, -18] });
    marker.getElement().setAttribute("role", "link");
    marker.getElement().setAttribute("aria-label", title);
    marker.on("click keypress", (event) => { if (!event.originalEvent.key || event.originalEvent.key === "Enter") location.href = `/d/${slug}`; });
  }
}

if (element) show().catch(() => element.remove());
