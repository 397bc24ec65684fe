/** The preview of a dialogue: its area on the map. */

import { byId, readIsland } from "#lib/dom";
import { makeMap } from "#map/map";

const { area, layers } = readIsland("preview-area");
makeMap(byId("preview-map"), { area, layers });
