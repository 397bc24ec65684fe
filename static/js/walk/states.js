/** What is to be sent of an observation, and what to say of it: pure, so that it can be tried without a phone. */

// From so much on the desk tells it too (walks/phone_clock.py).
const CLOCK_WRONG_S = 120;

/**
 * A record: {client_id, slug, revision, acked, is_gone, gone_acked, body, photos: [{client_id, thumb, state, why, is_gone}], why, problem, why_kept, is_sending, …}.
 * `revision` counts the phone's own changes; `acked` is the last one the server has confirmed.
 */
export function newRecord(slug, clientId, body, photos, at) {
  return { client_id: clientId, slug, revision: 1, acked: 0, is_gone: false, gone_acked: false, body, photos: photos.map(newPhoto), saved_at: at, tries: 0 };
}

const newPhoto = ({ client_id: clientId, thumb }) => ({ client_id: clientId, ...(thumb && { thumb }), state: "waiting" });

/** The record after the person changed it: a new revision; photos no longer there are taken away at the server too. */
export function changed(record, body, photos, at) {
  const kept = new Set(photos.map((photo) => photo.client_id));
  const before = record.photos.map((photo) => (kept.has(photo.client_id) ? photo : { ...photo, is_gone: true }));
  const known = new Set(record.photos.map((photo) => photo.client_id));
  const added = photos.filter((photo) => !known.has(photo.client_id)).map(newPhoto);
  // When it was seen, and by which clock, is what the first revision said.
  return revised({ ...record, body: { ...body, observed_at: record.body.observed_at }, photos: [...before, ...added], saved_at: at });
}

const revised = (record) => ({ ...record, revision: record.revision + 1, is_gone: false, gone_acked: false, problem: null, tries: 0 });

/** The record taken back, and brought again. */
export const gone = (record) => ({ ...record, is_gone: true, gone_acked: false, problem: null, tries: 0 });
export const back = (record) => revised(record);

/** What is left to send, in order: {kind: "put" | "delete" | "photo" | "photo-delete", photo?}. */
export function jobsOf(record) {
  if (record.is_gone) return record.gone_acked ? [] : [{ kind: "delete" }];
  const jobs = record.acked < record.revision ? [{ kind: "put" }] : [];
  for (const photo of record.photos) {
    if (photo.is_gone && !photo.gone_acked) jobs.push({ kind: "photo-delete", photo: photo.client_id });
    if (!photo.is_gone && photo.state !== "received" && photo.state !== "refused") jobs.push({ kind: "photo", photo: photo.client_id });
  }
  return jobs;
}

/** The record after a job was confirmed by the server. */
export function afterJob(record, job, answer, sentRevision) {
  const now = { ...record, why: "", problem: null, tries: 0 };
  if (job.kind === "delete") return record.is_gone ? { ...now, gone_acked: true } : record;
  if (job.kind === "put") {
    return { ...now, acked: Math.max(record.acked, sentRevision), receipt: answer?.receipt ?? record.receipt, server_state: answer?.state, clock_offset_s: answer?.clock_offset_s ?? record.clock_offset_s,
      kept_aside: answer?.kept_aside ?? null, photos: record.photos.map((photo) => (answer?.photos?.includes(photo.client_id) ? { ...photo, state: "received", why: "" } : photo)) };
  }
  return { ...now, photos: record.photos.map((photo) => (photo.client_id !== job.photo ? photo
    : job.kind === "photo" ? { ...photo, state: "received", why: "" } : { ...photo, gone_acked: true })) };
}

/** The record after a job failed: for a while (it waits, with the reason), or until somebody does something about it. */
export function afterFailure(record, job, { words, mayPass }) {
  if (mayPass) return { ...record, why: words, tries: record.tries + 1 };
  // A removal that is refused is none: the observation stays, and why is told.
  if (job.kind === "delete") return { ...record, is_gone: false, why_kept: words };
  if (job.kind === "photo") {
    return { ...record, photos: record.photos.map((photo) => (photo.client_id === job.photo ? { ...photo, state: "refused", why: words } : photo)) };
  }
  return { ...record, problem: words };
}

/** Tried again: what was refused waits anew. */
export function again(record) {
  return { ...record, problem: null, why: "", tries: 0, photos: record.photos.map((photo) => (photo.state === "refused" ? { ...photo, state: "waiting", why: "" } : photo)) };
}

/** "received", "waiting" or "failed"; who is sending it right now is told beside. */
export function stateOf(record) {
  if (record.problem || record.photos.some((photo) => photo.state === "refused" && !photo.is_gone)) return "failed";
  return jobsOf(record).length ? "waiting" : "received";
}

/** How many of each, photos that wait, and removals that the server has not heard of: {all, waiting, failed, received, photos, removals}. */
export function countStates(records) {
  const counts = { all: 0, waiting: 0, failed: 0, received: 0, photos: 0, removals: 0 };
  for (const record of records) {
    const state = stateOf(record);
    if (!record.is_gone) counts.all += 1;
    if (!record.is_gone || state === "failed") counts[state] += 1;
    else if (state === "waiting") counts.removals += 1;
    counts.photos += jobsOf(record).filter((job) => job.kind === "photo").length;
  }
  return counts;
}

/** When it was seen: {at, isSlow, seconds}. `seconds` is by how much the phone's clock was wrong, 0 where it was right or the server has not said; then `at` is the phone's own. */
export function seenAt({ body, clock_offset_s: ahead }) {
  if (!ahead || Math.abs(ahead) < CLOCK_WRONG_S) return { at: body.observed_at, seconds: 0 };
  return { at: new Date(Date.parse(body.observed_at) + ahead * 1000).toISOString(), isSlow: ahead > 0, seconds: Math.abs(ahead) };
}

/** In the order they are sent: what is acute first, then as they were seen. */
export const inOrder = (records) => [...records].sort((a, b) => b.body.is_acute - a.body.is_acute || (a.body.observed_at < b.body.observed_at ? -1 : 1));
