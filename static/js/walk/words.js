/** What the page says of states, sizes and places, in one place. */

import { longTime } from "#lib/dates";
import { language, t, tn } from "#lib/text";
import { isSure } from "#walk/placing";
import { jobsOf, seenAt, stateOf } from "#walk/states";

/** "1,4 MB". */
export const sayMegabytes = (bytes) => `${Math.max(0.1, bytes / 1_000_000).toLocaleString(language() === "en" ? "en-GB" : "sv-SE", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;

/** The state of one observation: {kind, words}. `sending` has the ids of what is on its way right now. */
export function sayState(record, sending) {
  const state = stateOf(record);
  if (sending.has(record.client_id)) return { kind: "sending", words: t("Skickas …") };
  if (state === "failed") return { kind: "failed", words: record.problem ? t("Misslyckades: {why}", { why: record.problem }) : t("Ett foto kunde inte tas emot.") };
  if (state === "waiting") {
    const photos = jobsOf(record).filter((job) => job.kind === "photo").length;
    const words = record.acked === record.revision && photos ? tn("Texten är mottagen. {n} foto väntar.", "Texten är mottagen. {n} foton väntar.", photos) : t("Väntar på att skickas");
    return { kind: "waiting", words: record.why ? `${words}. ${record.why}` : words };
  }
  if (record.is_gone) return { kind: "deleted", words: t("Borttagen") };
  return { kind: "received", words: t("Mottagen av servern") };
}

/** The state of one photo of an observation. */
export function sayPhoto(photo, n) {
  if (photo.state === "received") return t("Foto {n}: mottaget", { n });
  if (photo.state === "refused") return t("Foto {n}: misslyckades. {why}", { n, why: photo.why || t("Fotot finns inte kvar i telefonen.") });
  return t("Foto {n}: väntar", { n });
}

/** The line on top of the page: {kind, words}. Before anything is recorded it tells how far the page is `ready` for no network: "received", "failed" or "". */
export function sayAll(counts, sending, ready = "") {
  if (counts.failed) return { kind: "failed", words: tn("{n} behöver dig", "{n} behöver dig", counts.failed) };
  if (sending.size) return { kind: "waiting", words: tn("Skickar {n}", "Skickar {n}", counts.waiting) };
  if (counts.waiting) return { kind: "waiting", words: tn("{n} väntar", "{n} väntar", counts.waiting) };
  if (counts.received) return { kind: "received", words: t("Allt mottaget") };
  if (ready === "received") return { kind: "received", words: t("Redo offline") };
  if (ready === "failed") return { kind: "failed", words: t("Inte redo offline") };
  return { kind: "", words: navigator.onLine ? t("Förbereder …") : t("Inget nät") };
}

/** Where an observation is, or what to do when that is not known. */
export function sayPlace(place, stops, { fix, problem }) {
  if (place?.source === "stop") {
    const stop = stops.find((one) => one.id === place.stop_id);
    return t("Vid hållpunkt {n}: {name}", { n: stop?.seq ?? "", name: stop?.name ?? "" });
  }
  if (place?.source === "manual") return t("Vald på kartan");
  if (place) {
    return isSure({ accuracy: place.accuracy_m, at: Date.now() })
      ? t("Din plats, på {n} meter när.", { n: place.accuracy_m })
      : t("Din plats är osäker, ungefär {n} meter.", { n: place.accuracy_m });
  }
  if (problem) return problem;
  if (fix) return t("Telefonens plats är osäker, ungefär {n} meter. Välj hållpunkt, flytta kartan, eller tryck Min plats och använd den ändå.", { n: fix.accuracy });
  return t("Letar efter din plats …");
}

/** When an observation was seen; where the phone's clock was wrong, the true time, and by how much it was. */
export function sayTime(record) {
  const { at, isSlow, seconds } = seenAt(record);
  if (!seconds) return longTime(at);
  const [unit, size] = [["day", 86_400], ["hour", 3_600], ["minute", 60]].find(([, one]) => seconds >= 2 * one);
  const how = new Intl.NumberFormat(language() === "en" ? "en-GB" : "sv-SE", { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(seconds / size);
  const values = { time: longTime(at), how };
  return isSlow ? t("{time}. Rättad tid: telefonens klocka gick {how} efter.", values) : t("{time}. Rättad tid: telefonens klocka gick {how} före.", values);
}

/** What to say when the phone could not keep something. */
export function sayUnkept(error) {
  return error?.name === "QuotaExceededError"
    ? t("Telefonens lagring är full. Iakttagelsen är inte sparad än, men allt du skrev står kvar här. Ta bort foton eller frigör plats i telefonen, och tryck Spara igen.")
    : t("Telefonen kunde inte spara. Det du skrev står kvar här. Tryck Spara igen, eller skriv på papper om det inte går.");
}
