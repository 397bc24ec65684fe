/** Follows where the phone is while the page is looked at, and says in words when it can't. */

import { t } from "#lib/text";

const AGE_MS = 5_000;
const PRECISE = { enableHighAccuracy: true, maximumAge: AGE_MS };

/** {start(), renew(), fix: {position, accuracy, at} or null, isAsking, problem: words or ""}; onChange is called at every news. */
export function makePosition(onChange) {
  let watch = null;
  const self = {
    fix: null,
    isAsking: false,
    problem: "",
    start() {
      if (watch !== null) return;
      if (!navigator.geolocation || !globalThis.isSecureContext) {
        self.problem = t("Den här webbläsaren kan inte visa var du är. Välj hållpunkt eller flytta kartan.");
        onChange();
        return;
      }
      watch = navigator.geolocation.watchPosition(heard, failed, { ...PRECISE, timeout: 20_000 });
    },
    /** Asks anew, for a watch is silent while the phone stands still. Resolves when that has been answered, with a place or not. */
    async renew() {
      self.start();
      if (watch === null || self.isAsking || (self.fix && Date.now() - self.fix.at < AGE_MS)) return;
      self.isAsking = true;
      onChange();
      await new Promise((done) => {
        const then = (tell) => (news) => { self.isAsking = false; tell(news); done(); };
        navigator.geolocation.getCurrentPosition(then(heard), then(failed), { ...PRECISE, timeout: 10_000 });
      });
    },
    stop() {
      if (watch !== null) navigator.geolocation.clearWatch(watch);
      watch = null;
    },
  };

  function heard({ coords }) {
    self.fix = { position: [coords.longitude, coords.latitude], accuracy: Math.round(coords.accuracy), at: Date.now() };
    self.problem = "";
    onChange();
  }

  function failed(error) {
    if (error.code === error.PERMISSION_DENIED) {
      self.problem = t("Webbläsaren får inte använda din plats. Välj hållpunkt eller flytta kartan. Du kan ändra det i webbläsarens inställningar.");
      self.stop();
    } else if (!self.fix) self.problem = t("Telefonen hittar inte din plats just nu. Välj hållpunkt eller flytta kartan.");
    onChange();
  }

  // A phone in a pocket does not look for its place.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && watch !== null) { self.stop(); self.wasOn = true; }
    else if (self.wasOn) { self.wasOn = false; self.start(); }
  });
  navigator.permissions?.query({ name: "geolocation" }).then((answer) => answer.state === "granted" && self.start(), () => undefined);
  return self;
}
