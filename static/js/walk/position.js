/** Follows where the phone is while the page is looked at, and says in words when it can't. */

import { t } from "#lib/text";

/** {start(), fix: {position, accuracy, at} or null, problem: words or ""}; onChange is called at every news. */
export function makePosition(onChange) {
  let watch = null;
  const self = {
    fix: null,
    problem: "",
    start() {
      if (watch !== null) return;
      if (!navigator.geolocation || !globalThis.isSecureContext) {
        self.problem = t("Den här webbläsaren kan inte visa var du är. Välj hållpunkt eller flytta kartan.");
        onChange();
        return;
      }
      watch = navigator.geolocation.watchPosition(
        ({ coords }) => {
          self.fix = { position: [coords.longitude, coords.latitude], accuracy: Math.round(coords.accuracy), at: Date.now() };
          self.problem = "";
          onChange();
        },
        (error) => {
          const isDenied = error.code === error.PERMISSION_DENIED;
          self.problem = isDenied
            ? t("Webbläsaren får inte använda din plats. Välj hållpunkt eller flytta kartan. Du kan ändra det i webbläsarens inställningar.")
            : t("Telefonen hittar inte din plats just nu. Välj hållpunkt eller flytta kartan.");
          if (isDenied) self.stop();
          onChange();
        },
        { enableHighAccuracy: true, timeout: 20_000, maximumAge: 5_000 },
      );
    },
    stop() {
      if (watch !== null) navigator.geolocation.clearWatch(watch);
      watch = null;
    },
  };
  // A phone in a pocket does not look for its place.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && watch !== null) { self.stop(); self.wasOn = true; }
    else if (self.wasOn) { self.wasOn = false; self.start(); }
  });
  navigator.permissions?.query({ name: "geolocation" }).then((answer) => answer.state === "granted" && self.start(), () => undefined);
  return self;
}
