/** A plan's page: the drawn picture becomes a map, and a press on a part goes to its words. */

import { all, byId, one, readIsland } from "#lib/dom";
import { makePlanMap, replacePicture } from "#map/plan_map";

const data = readIsland("plan-map-data");

if (data && byId("plan-map")) {
  replacePicture();
  const choose = (id) => {
    map.choose(id);
    for (const part of all(".plan-parts li")) part.classList.toggle("is-chosen", part.id === `part-${id}`);
  };
  const map = makePlanMap(byId("plan-map"), data, {
    onPart(id) {
      choose(id);
      const part = byId(`part-${id}`);
      history.replaceState(history.state, "", `#part-${id}`);
      part?.scrollIntoView({ block: "nearest" });
      (one("a", part) ?? part)?.focus({ preventScroll: true });
    },
  });
  choose(location.hash.replace("#part-", ""));
}
