/** Moving one's own contribution: puts the map with the crosshair in place of the form that needs no JavaScript. */

import { all, byId, one, readIsland } from "#lib/dom";
import { makePlaceStep } from "#form/place";
import { centreOf, followSize, makeMap } from "#map/map";
import { shapeLayer } from "#map/pins";

const CLOSE_ZOOM = 17;
const page = readIsland("page-data");
const isPoint = page.place.type === "Point";

byId("main").replaceWith(byId("place-map").content);
one(".site-footer")?.remove();
document.body.classList.add("map-page");
document.body.dataset.mode = "place";

const now = isPoint ? null : shapeLayer(page.place, page.color);
const { map } = makeMap(byId("map"), page.map);
followSize(map);
now?.addTo(map);
map.setView([page.at[1], page.at[0]], CLOSE_ZOOM, { animate: false });
if (!isPoint && !page.isAimed) map.fitBounds(now.getBounds(), { animate: false, maxZoom: CLOSE_ZOOM, padding: [40, 40] });

const form = byId("contribution-form");
const put = (values) => { for (const [name, value] of Object.entries(values)) form.elements[name].value = value ?? ""; };
const putCentre = () => { const [lon, lat] = centreOf(map); put({ lon: lon.toFixed(6), lat: lat.toFixed(6) }); };
// Another language, or what the server would not take, comes back with the map where it was.
for (const button of all('[name="language"]')) button.setAttribute("form", form.id);
form.addEventListener("submit", putCentre);
const step = makePlaceStep({
  page, map, form, panels: null,
  nearby: { at() {}, clear() {} }, // one's own would be among those nearby
  draft: { shape: { LineString: "line", Polygon: "area" }[page.place.type] ?? "point", points: isPoint ? [page.at] : [] },
  keep() {},
  next() {
    const { place, accuracy_m: accuracy } = this.draft;
    put({ geometry: JSON.stringify(place.geometry), place_label: place.label, place_source: place.source, accuracy_m: place.source === "gps" ? accuracy : "" });
    putCentre();
    const save = document.createElement("input");
    Object.assign(save, { type: "hidden", name: "action", value: "save" });
    form.append(save);
    byId("place-done").disabled = true;
    form.submit();
  },
});
step.fill();
step.enter(null, page.problem);
byId("step-title").focus();
