/** Draws a part of a plan map over the plan's area and its overlays. */

import { byId, readIsland } from "#lib/dom";
import { makeAreaForm } from "#map/staff_area";

const area = makeAreaForm(readIsland("plan-map-data"), () => {});
byId("editor").addEventListener("submit", () => area.finish());
