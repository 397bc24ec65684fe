/** The preview of a dialogue: its area on the map. */

import { byId, readIsland } from "#lib/dom";
import { makeMap } from "#map/map";

makeMap(byId("preview-map"), readIsland("preview-map-data"));
