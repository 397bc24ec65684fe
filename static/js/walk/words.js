/** What the page says of states, sizes and places, in one place. */

import { longTime } from "#lib/dates";
import { language, t, tn } from "#lib/text";
import { UNSURE_M, staleness } from "#walk/placing";
import { jobsOf, seenAt, stateOf } from "#walk/states";

/** "1,4 MB". */
export const sayMegabytes = (bytes) => `${Math.max(0.1, bytes / 1_000_000).toLocaleString(language() === "en" ? "en-GB" : "sv-SE", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;

/** The state of one observation: {kind, words}. `sending` has the ids of what is on its way right now. */
export function sayState(record, sending) {
  const state = stateOf(record);
  if (sending.has(record.client_id)) return { kind: "sending", words: t("Skickas …") };
  if (state === "failed") return { kind: "failed", words: record.problem ? t("Misslyckades: {why}", { why: record.problem }) : t("Ett foto kunde inte tas emot.") };
  if (record.is_gone) return { kind: "deleted", words: state === "waiting" ? t("Borttagen. Servern vet det inte än.") : t("Borttagen") };
  if (state === "waiting") {
    const photos = jobsOf(record).filter((job) => job.kind === "photo").length;
    const words = record.acked === record.revision && photos ? tn("Texten är mottagen. {n} foto väntar.", "Texten är mottagen. {n} foton väntar.", photos) : t("Väntar på att skickas");
    return { kind: "waiting", words: record.why ? `${words}. ${record.why}` : words };
  }
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
  if (sending.size) return { kind: "waiting", words: tn("Skickar {n}", "Skickar {n}", counts.waiting + counts.removals) };
  if (counts.waiting) return { kind: "waiting", words: tn("{n} väntar", "{n} väntar", counts.waiting) };
  if (counts.removals) return { kind: "waiting", words: tn("{n} borttagning väntar", "{n} borttagningar väntar", counts.removals) };
  if (counts.received) return { kind: "received", words: t("Allt mottaget") };
  if (ready === "received") return { kind: "received", words: t("Redo offline") };
  if (ready === "failed") return { kind: "failed", words: t("Inte redo offline") };
  return { kind: "", words: navigator.onLine ? t("Förbereder …") : t("Inget nät") };
}

/** "3 minuter". */
function sayLasting(seconds) {
  const [unit, size] = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]].find(([, one]) => seconds >= 2 * one);
  return new Intl.NumberFormat(language() === "en" ? "en-GB" : "sv-SE", { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(seconds / size);
}

/** Where an observation is, in a line that is always seen. */
export function sayPlace(place, stops, { fix, problem, isAsking }) {
  if (place?.source === "stop") {
    const stop = stops.find((one) => one.id === place.stop_id);
    return t("Vid hållpunkt {n}: {name}", { n: stop?.seq ?? "", name: stop?.name ?? "" });
  }
  if (place?.source === "manual") return t("Vald på kartan");
  if (place?.accuracy_m > UNSURE_M) return t("Din plats är osäker, ungefär {n} meter.", { n: place.accuracy_m });
  if (place?.stale_s) return t("Din plats för {age} sedan, på {n} meter när.", { age: sayLasting(place.stale_s), n: place.accuracy_m });
  if (place) return t("Din plats, på {n} meter när.", { n: place.accuracy_m });
  if (isAsking || (!fix && !problem)) return t("Letar efter din plats …");
  // A sure one that is not used is too old.
  return !problem && fix.accuracy <= UNSURE_M ? t("Platsen är gammal. Välj var det är.") : t("Platsen är osäker. Välj var det är.");
}

/** Why the phone's own place is not used, and what to do instead; "" while nothing stands in the way. */
export function sayUnsure(place, { fix, problem, isAsking }) {
  if (place || isAsking) return "";
  if (problem || !fix) return problem;
  if (fix.accuracy > UNSURE_M) return t("Telefonens plats är osäker, ungefär {n} meter. Välj hållpunkt, flytta kartan, eller tryck Min plats och använd den ändå.", { n: fix.accuracy });
  return t("Telefonens plats är {age} gammal. Välj hållpunkt, flytta kartan, eller tryck Min plats och använd den ändå.", { age: sayLasting(staleness(fix)) });
}

/** When an observation was seen; where the phone's clock was wrong, the true time, and by how much it was. */
export function sayTime(record) {
  const { at, isSlow, seconds } = seenAt(record);
  if (!seconds) return longTime(at);
  const values = { time: longTime(at), how: sayLasting(seconds) };
  return isSlow ? t("{time}. Rättad tid: telefonens klocka gick {how} efter.", values) : t("{time}. Rättad tid: telefonens klocka gick {how} före.", values);
}

/** What to say when the phone could not keep something. */
export function sayUnkept(error) {
  return error?.name === "QuotaExceededError"
    ? t("Telefonens lagring är full. Iakttagelsen är inte sparad än, men allt du skrev står kvar här. Ta bort foton eller frigör plats i telefonen, och tryck Spara igen.")
    : t("Telefonen kunde inte spara. Det du skrev står kvar här. Tryck Spara igen, eller skriv på papper om det inte går.");
}
