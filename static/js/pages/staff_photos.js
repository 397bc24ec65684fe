/** Photos at the desk: a box to blur is drawn with the mouse, and an address that names them opens them. */

import { all, byId } from "#lib/dom";
import { watchBlur } from "#ui/blur";

all("[data-blur]").forEach(watchBlur);
const photos = byId("foton");
if (photos && location.hash === "#foton") photos.open = true;
