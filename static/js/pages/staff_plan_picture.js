/** The corners of a picture on a plan's map: dragged, or typed as degrees. */

import { all, byId, readIsland } from "#lib/dom";
import { makeMap } from "#map/map";
import { addOverlays } from "#map/plan_overlays";
import { makeCorners } from "#map/staff_corners";

const data = readIsland("plan-map-data");
const { map } = makeMap(byId("corner-map"), { area: data.area, layers: data.layers });
addOverlays(map, data.overlays);
const fields = all("[data-corner]");
const corners = makeCorners(map, (index, [lon, lat]) => { fields[index].value = `${lat.toFixed(7)}, ${lon.toFixed(7)}`; });

/* What is typed as degrees moves the mark; metres are read when the form is sent. */
function placeOf({ value }) {
  const found = value.match(/^\s*(-?\d{1,2}\.\d+),\s*(-?\d{1,3}\.\d+)\s*$/);
  return found ? [Number(found[2]), Number(found[1])] : null;
}
const show = () => corners.put(fields.map(placeOf));
for (const field of fields) field.addEventListener("change", show);
show();
