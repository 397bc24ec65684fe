/** A place picked on a plan's map at the desk: pressed, the map's middle by keyboard, or typed; a part that is pressed is chosen too. */

import { byId, readIsland } from "#lib/dom";
import { t } from "#lib/text";

const DEGREES = /^\s*(-?\d{1,2}[.]\d+)[\s,;]+(-?\d{1,3}[.]\d+)\s*$/;

/** Makes the map of the page's #place-map once its fold #place-part is open; without them nothing. */
export function letPlaceBePicked() {
  const fold = byId("place-part");
  fold?.addEventListener("toggle", () => { if (fold.open) showMap(); });
  if (fold?.open) showMap();
}

async function showMap() {
  const element = byId("place-map");
  const data = readIsland("place-data");
  if (!element || !data || element.dataset.made) return;
  element.dataset.made = "yes";
  const [{ makePlanMap }, { centreOf, goTo }] = await Promise.all([import("#map/plan_map"), import("#map/map")]);
  const field = byId(element.dataset.picks);
  const part = byId("feature");
  let pressed = "";
  const choose = (id) => { if (part) part.value = id; map.choose(part?.value ?? ""); };
  const pick = ([lon, lat]) => {
    field.value = `${lat.toFixed(6)} ${lon.toFixed(6)}`;
    byId("place-said").textContent = `${t("En plats på kartan")}: ${field.value}`;
  };
  const map = makePlanMap(element, data, {
    onPart(id) { pressed = id; }, // the map itself hears the same press next
    onPlace(at) { pick(at); choose(pressed); pressed = ""; },
  });
  const showTyped = () => {
    const degrees = field.value.match(DEGREES);
    if (!degrees) { map.forget(); return; }
    map.put([Number(degrees[2]), Number(degrees[1])]);
    goTo(map.map, [Number(degrees[2]), Number(degrees[1])]);
  };
  field.addEventListener("change", showTyped);
  part?.addEventListener("change", () => map.choose(part.value));
  byId("place-middle").addEventListener("click", () => { pick(centreOf(map.map)); showTyped(); });
  if (part?.value) map.choose(part.value);
  showTyped();
}
