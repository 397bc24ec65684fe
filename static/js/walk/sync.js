/** Sends what waits of a walk, one thing at a time, each known to the server by its UUID, so that nothing comes twice. */

import { API, Problem, sendBlob, sendJson } from "#net/api";
import { waitBefore } from "#net/backoff";
import { afterFailure, afterJob, jobsOf } from "#walk/states";
import { changeObservation, findObservation, findPhoto, listObservations, removePhoto } from "#walk/store";

/** A sender for a walk. onChange(client_id) is called when something changed; onShutOut(words) when the phone's code no longer opens the walk. */
export function makeSender(slug, { onChange, onShutOut }) {
  const base = `${API}/walks/${encodeURIComponent(slug)}/observations`;
  let timer;
  let sending = "";
  let isWanted = false;
  let tries = 0;

  /** Tries everything that waits; a call while another is at work makes that one look once more. */
  function send() {
    clearTimeout(timer);
    if (sending) { isWanted = true; return Promise.resolve(); }
    if (!navigator.locks) return drain();
    return navigator.locks.request(`walk-send-${slug}`, { ifAvailable: true }, (lock) => (lock ? drain() : plan(0)));
  }

  async function drain() {
    do {
      isWanted = false;
      for (const { client_id: clientId } of (await listObservations(slug)).reverse()) {
        if (!(await deliver(clientId))) return;
      }
    } while (isWanted);
  }

  /** Everything that is left of one observation; false when there is no use in going on now. */
  async function deliver(clientId) {
    for (let record = await findObservation(clientId); record && !record.problem; record = await findObservation(clientId)) {
      const [job] = jobsOf(record);
      if (!job) return true;
      tell(clientId, clientId);
      try {
        const answer = await perform(record, job);
        await changeObservation(clientId, (now) => afterJob(now, job, answer, record.revision));
        if (job.kind === "photo") await removePhoto(job.photo); // received: the phone's own copy goes
        tries = 0;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const isShutOut = error.status === 401 || error.status === 403;
        await changeObservation(clientId, (now) => afterFailure(now, job, { words: error.message, mayPass: error.mayPass || isShutOut }));
        tell("", clientId);
        if (isShutOut) { onShutOut(error.message); return false; }
        if (error.mayPass) { tries += 1; plan(error.retryAfter); return false; }
      }
      tell("", clientId);
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

  function tell(nowSending, clientId) {
    sending = nowSending;
    onChange(clientId);
  }

  function plan(retryAfter) {
    clearTimeout(timer);
    timer = setTimeout(send, waitBefore(Math.max(1, Math.min(tries, 6)), retryAfter));
  }

  addEventListener("online", () => { tries = 0; send(); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());

  return { send, get sending() { return sending; }, stop: () => clearTimeout(timer) };
}
