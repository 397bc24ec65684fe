/** What is known along a walk, on the map. */

import { byId, readIsland } from "#lib/dom";
import { makeMap } from "#map/map";
import { knownLayer, planLayer } from "#map/route_editor";

const element = byId("walk-map");
if (element) {
  const data = readIsland("known-map");
  const { map } = makeMap(element, { bbox: data.bbox, layers: data.layers });
  planLayer(data).addTo(map);
  knownLayer(map, data.known).addTo(map);
}
