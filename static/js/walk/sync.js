/** Sends what waits of a walk: all words before any photo, a few at once, each known to the server by its UUID, so that nothing comes twice. */

import { API, Problem, sendBlob, sendJson } from "#net/api";
import { waitBefore } from "#net/backoff";
import { afterFailure, afterJob, inOrder, jobsOf } from "#walk/states";
import { changeObservation, findObservation, findPhoto, listObservations, removePhoto } from "#walk/store";

// A slow line answers late: while one answer is waited for, the next is on its way. Few photos, since each that a lost line cuts off is sent anew.
const WORDS_AT_ONCE = 4;
const PHOTOS_AT_ONCE = 2;
const isWords = (job) => job.kind !== "photo";

/** A sender for a walk: `sending` holds the ids of what is on its way. onChange(client_id) is called when something changed; onShutOut(words) when the phone's code no longer opens the walk. */
export function makeSender(slug, { onChange, onShutOut }) {
  const base = `${API}/walks/${encodeURIComponent(slug)}/observations`;
  const sending = new Set();
  let timer;
  let isAtWork = false;
  let isWanted = false;
  let tries = 0;

  /** Tries everything that waits; a call while another is at work makes that one look once more. */
  function send() {
    clearTimeout(timer);
    if (isAtWork) { isWanted = true; return Promise.resolve(); }
    if (!navigator.locks) return drain();
    return navigator.locks.request(`walk-send-${slug}`, { ifAvailable: true }, (lock) => (lock ? drain() : plan(0)));
  }

  async function drain() {
    isAtWork = true;
    try {
      do {
        isWanted = false;
        const ids = inOrder(await listObservations(slug)).map((record) => record.client_id);
        // What failed is looked at once more at once when the network came back meanwhile.
        if (!(await deliverAll(ids, WORDS_AT_ONCE, isWords) && await deliverAll(ids, PHOTOS_AT_ONCE, () => true)) && !isWanted) return;
      } while (isWanted);
    } finally {
      isAtWork = false;
    }
  }

  /** Goes through them, so many at once; false when there is no use in going on now. */
  async function deliverAll(ids, atOnce, isDue) {
    const left = [...ids];
    let goesOn = true;
    const lane = async () => { while (goesOn && left.length) if (!(await deliver(left.shift(), isDue))) goesOn = false; };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return goesOn;
  }

  /** Everything that is due of one observation; false when there is no use in going on now. */
  async function deliver(clientId, isDue) {
    for (let record = await findObservation(clientId); record && !record.problem; record = await findObservation(clientId)) {
      const job = jobsOf(record).find(isDue);
      if (!job) return true;
      tell(clientId, true);
      try {
        const answer = await perform(record, job);
        await changeObservation(clientId, (now) => afterJob(now, job, answer, record.revision));
        if (job.kind === "photo") await removePhoto(job.photo); // received: the phone's own copy goes
        tries = 0;
      } catch (error) {
        sending.delete(clientId);
        if (!(error instanceof Problem)) throw error;
        const isShutOut = error.status === 401 || error.status === 403;
        await changeObservation(clientId, (now) => afterFailure(now, job, { words: error.message, mayPass: error.mayPass || isShutOut }));
        tell(clientId, false);
        if (isShutOut) { onShutOut(error.message); return false; }
        if (error.mayPass) { tries += 1; plan(error.retryAfter); return false; }
      }
      tell(clientId, false);
    }
    return true;
  }

  async function perform(record, job) {
    const address = `${base}/${record.client_id}`;
    const headers = { "X-Sent-At": new Date().toISOString() };
    if (job.kind === "put") return sendJson(address, { ...record.body, revision: record.revision }, { method: "PUT", headers });
    if (job.kind === "delete") return sendBlob(address, null, { method: "DELETE", headers });
    if (job.kind === "photo-delete") return sendBlob(`${address}/photos/${job.photo}`, null, { method: "DELETE", headers });
    const photo = await findPhoto(job.photo);
    if (!photo) throw new Problem(410, "");
    return sendBlob(`${address}/photos/${job.photo}`, photo.blob, { method: "PUT", headers });
  }

  function tell(clientId, isOnItsWay) {
    if (isOnItsWay) sending.add(clientId); else sending.delete(clientId);
    onChange(clientId);
  }

  function plan(retryAfter) {
    clearTimeout(timer);
    timer = setTimeout(send, waitBefore(Math.max(1, Math.min(tries, 6)), retryAfter));
  }

  addEventListener("online", () => { tries = 0; send(); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());

  return { send, sending, stop: () => clearTimeout(timer) };
}
