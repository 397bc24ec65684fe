/** Pages with the map of a walk or of actions: the drawn picture becomes a map that can be moved. */

import { byId, one, readIsland } from "#lib/dom";
import { makePicker } from "#map/area_editor";
import { makeWalkMap } from "#map/walk_map";

const data = readIsland("walk-map-data");
const element = byId("walk-map");

function open(href) {
  if (!href.startsWith("#")) { location.href = href; return; }
  const target = one(href);
  if (!target) return;
  target.closest("details")?.setAttribute("open", "");
  location.hash = href;
  target.focus({ preventScroll: true });
}

if (data && element) {
  element.hidden = false;
  byId("walk-picture")?.setAttribute("hidden", "");
  const map = makeWalkMap(element, data, open);
  const field = element.dataset.picks && byId(element.dataset.picks);
  if (field) makePicker(map, ([lon, lat]) => { field.value = `${lat.toFixed(6)} ${lon.toFixed(6)}`; });
}
