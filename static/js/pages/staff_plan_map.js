/** A plan's map at the desk, as citizens get it; how much shows through an overlay is tried out at once. */

import { all, byId, readIsland } from "#lib/dom";
import { makePlanMap } from "#map/plan_map";

const data = readIsland("plan-map-data");
const { overlays } = makePlanMap(byId("plan-map"), data, { onPart: () => {} });

for (const field of all("[data-opacity]")) {
  field.addEventListener("input", () => overlays.setOpacity(field.dataset.opacity, Number(field.value) / 100));
}
