/** Registering for somebody else: a click on the map writes the coordinates, and typed coordinates are shown on it. */

import { byId, readIsland } from "#lib/dom";
import { makePicker } from "#map/area_editor";
import { goTo, makeMap } from "#map/map";

const field = byId("place");
const { map } = makeMap(byId("register-map"), readIsland("register-data"));
const picker = makePicker(map, ([lon, lat]) => { field.value = `${lat.toFixed(6)} ${lon.toFixed(6)}`; byId("district").value = ""; });

function showTyped() {
  const degrees = field.value.match(/^\s*(-?\d{1,2}[.]\d+)[\s,;]+(-?\d{1,3}[.]\d+)\s*$/);
  if (!degrees) return;
  const place = [Number(degrees[2]), Number(degrees[1])];
  picker.put(place);
  goTo(map, place);
}

field.addEventListener("change", showTyped);
showTyped();
