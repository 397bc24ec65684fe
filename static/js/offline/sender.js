/** Sends what waits, one at a time and once: one tab holds the lock, and the server knows each thing by its client's UUID. */

import { API, Problem, sendForm, sendJson } from "#net/api";
import { waitBefore } from "#net/backoff";
import { dequeue, findQueued, listQueue, tell, updateQueued } from "#offline/queue";
import { read, remove, write } from "#offline/store";

let timer;

/** Tries everything that waits. `patient` waits for another tab that is sending; otherwise that tab is left to it. */
export function sendWaiting({ patient = false } = {}) {
  clearTimeout(timer);
  if (!navigator.locks) return drain();
  return navigator.locks.request("mapdialog-send", { ifAvailable: !patient }, (lock) => (lock ? drain() : null));
}

/** Sends one queued contribution and answers {receipt, edit_url, state, photoProblems}; throws Problem when it must wait or be mended. */
export async function sendNow(clientId) {
  const job = async () => {
    const record = await findQueued(clientId);
    return record ? deliver(record) : takeReceipt(clientId);
  };
  return navigator.locks ? navigator.locks.request("mapdialog-send", job) : job();
}

async function drain() {
  for (const { client_id: clientId } of await listQueue()) {
    const record = await findQueued(clientId);
    if (!record || record.problem) continue; // sent by another tab, or needs its author's hand
    try {
      const answer = await deliver(record);
      const sent = { client_id: clientId, slug: record.slug, receipt: answer.receipt, edit_url: answer.edit_url, refused: answer.photoProblems };
      await write("receipts", sent);
      tell({ type: "sent", ...sent });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!error.mayPass) continue;
      plan(record.tries, error.retryAfter);
      return;
    }
  }
}

/** The answer to something that another tab has just sent. */
async function takeReceipt(clientId) {
  const receipt = await read("receipts", clientId);
  if (!receipt) throw new Problem(0, "");
  await remove("receipts", clientId);
  return { ...receipt, photoProblems: receipt.refused ?? [] };
}

async function deliver(record) {
  try {
    if (!record.receipt) {
      const answer = await sendJson(record.to ?? `${API}/dialogues/${encodeURIComponent(record.slug)}/contributions`, record.feature);
      Object.assign(record, { receipt: answer.receipt, edit_url: answer.edit_url, state: answer.state });
      await updateQueued(record); // from here on only photos are left, also after a crash
    }
    const photoProblems = await deliverPhotos(record);
    await dequeue(record.client_id);
    return { receipt: record.receipt, edit_url: record.edit_url, state: record.state, photoProblems };
  } catch (error) {
    if (error instanceof Problem) {
      record.tries += 1;
      if (!error.mayPass) record.problem = { detail: error.message, errors: error.errors };
      await updateQueued(record);
      tell({ type: "changed" });
    }
    throw error;
  }
}

async function deliverPhotos(record) {
  const problems = record.photo_problems ?? [];
  const token = record.edit_url?.split("/").filter(Boolean).pop() ?? "";
  while (record.photos?.length) {
    const [photo] = record.photos;
    const form = new FormData();
    form.append("client_id", photo.client_id);
    form.append("photo", photo.blob, photo.name);
    try {
      await sendForm((record.files_to ?? `${API}/contributions/{receipt}/photos`).replace("{receipt}", encodeURIComponent(record.receipt)), form, { "X-Edit-Token": token });
    } catch (error) {
      if (!(error instanceof Problem) || error.mayPass) throw error;
      problems.push(error.message); // this photo is refused; the text and the others still go
    }
    record.photos = record.photos.slice(1);
    record.photo_problems = problems;
    await updateQueued(record);
  }
  return problems;
}

function plan(tries, retryAfter) {
  clearTimeout(timer);
  timer = setTimeout(() => sendWaiting(), waitBefore(Math.max(1, tries), retryAfter));
}

/** Tries again whenever there is reason to hope: now, when the network returns, when the page is looked at. */
export function keepSending() {
  addEventListener("online", () => sendWaiting());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendWaiting());
  return sendWaiting();
}
