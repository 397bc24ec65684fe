/** Where the person stands, with an honest word about how sure the phone is. */

import { t } from "#lib/text";
import L from "#map/leaflet";

export const UNSURE_M = 50;
const LOOKING_MS = 12_000;
const PATIENCE_MS = 30_000; // a browser waits for ever for who leaves its question unanswered

/** {position: [lon, lat], accuracy} from the phone; throws an Error with words for the person. */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation || !globalThis.isSecureContext) {
      reject(new Error(t("Den här webbläsaren kan inte visa var du är. Sök eller flytta kartan i stället.")));
      return;
    }
    const notFound = () => reject(new Error(t("Telefonen hittar inte din plats just nu. Sök eller flytta kartan i stället.")));
    setTimeout(notFound, PATIENCE_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ position: [coords.longitude, coords.latitude], accuracy: Math.round(coords.accuracy) }),
      (error) => (error.code === error.PERMISSION_DENIED
        ? reject(new Error(t("Webbläsaren får inte använda din plats. Sök eller flytta kartan i stället. Du kan ändra det i webbläsarens inställningar.")))
        : notFound()),
      { enableHighAccuracy: true, timeout: LOOKING_MS, maximumAge: 30_000 },
    );
  });
}

/** What to say about an accuracy in metres. */
export function sayAccuracy(metres) {
  return metres > UNSURE_M
    ? t("Din plats är osäker, ungefär {n} meter. Flytta kartan så att korset ligger rätt.", { n: metres })
    : t("Din plats, på {n} meter när.", { n: metres });
}

/** A dot and a circle of the accuracy, until the next one; answers the layer. */
export function showMe(map, { position: [lon, lat], accuracy }, before = null) {
  before?.remove();
  return L.layerGroup([
    L.circle([lat, lon], { radius: accuracy, className: "my-accuracy", interactive: false }),
    L.circleMarker([lat, lon], { radius: 7, className: "my-place", interactive: false }),
  ]).addTo(map);
}
