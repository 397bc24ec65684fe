/** What a return walk says of something found before: one tap makes an observation that follows the earlier one. Pure. */

import { roughMetres } from "#lib/geo";
import { changed, newRecord } from "#walk/states";

export const VERDICTS = ["better", "same", "worse", "fixed"];

/** The record that says something of the earlier finding, taken back or not; undefined while nothing is said. */
export const checkOf = (records, finding) => records.find((record) => record.body.follows_id === finding.id);

/** What is sent of a check that was tapped, before anything is added to it. The place is the earlier finding's. */
export function bodyOfCheck(finding, verdict, { groupId, stopId, light, at }) {
  const [polarity, severity] = finding.after[verdict];
  return {
    observed_at: at, group_id: groupId, category: finding.category, polarity, severity, text: "", light: light || null, said_by: "unknown", is_acute: false,
    point_source: "manual", stop_id: finding.stop_id ?? stopId ?? null, accuracy_m: null, place: { type: "Point", coordinates: finding.position }, follows_id: finding.id, verdict,
  };
}

/** True for a draft that says of the same place that it is fixed and that it feels insecure. */
export const contradicts = ({ verdict, polarity }) => verdict === "fixed" && polarity === "insecure";

/** A new record, or the one there is with another verdict; words and photos that were added stay, and it is no longer taken back. */
export function judged(record, finding, verdict, settings, slug, clientId) {
  if (!record) return newRecord(slug, clientId, bodyOfCheck(finding, verdict, settings), [], settings.at);
  const [polarity, severity] = finding.after[verdict];
  return changed(record, { ...record.body, verdict, polarity, severity }, record.photos.filter((photo) => !photo.is_gone), settings.at);
}

const NEAR_M = 60;
const FRESH_MS = 120_000;

/** The stop that the phone stands at as far as it knows, or null. */
export function stopAt(stops, fix, now) {
  if (!fix || fix.accuracy > NEAR_M || now - fix.at > FRESH_MS) return null;
  const metres = (stop) => roughMetres(stop.position, fix.position);
  return stops.filter((stop) => stop.position && metres(stop) <= NEAR_M).sort((a, b) => metres(a) - metres(b))[0] ?? null;
}

/** How many of the findings have no verdict yet. */
export const countLeft = (findings, records) => findings.filter((finding) => { const record = checkOf(records, finding); return !record || record.is_gone; }).length;
