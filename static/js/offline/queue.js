/**
 * What waits in this phone to be sent. A record: {client_id, slug, feature, photos: [{client_id, blob, name}], tries, receipt?, edit_url?, problem?}.
 * One that is no contribution to a dialogue says where it goes (`to`, `files_to`) and where it is mended (`page`).
 */

import { read, readAll, remove, write } from "#offline/store";

const channel = globalThis.BroadcastChannel ? new BroadcastChannel("mapdialog-queue") : null;
const listeners = new Set();
channel?.addEventListener("message", (event) => listeners.forEach((listener) => listener(event.data)));

/** Tells this page and every other open one. Messages: {type: "changed"} and {type: "sent", client_id, slug, receipt, edit_url, refused}. */
export function tell(message) {
  listeners.forEach((listener) => listener(message));
  channel?.postMessage(message);
}

/** Calls the listener with each message, from this page or another. */
export const onQueue = (listener) => listeners.add(listener);

/** Puts a finished contribution in the queue, on disk before anything is sent. */
export async function enqueue(record) {
  await write("queue", { tries: 0, queued_at: new Date().toISOString(), ...record });
  tell({ type: "changed" });
}

export const listQueue = () => readAll("queue");
export const findQueued = (clientId) => read("queue", clientId);
export const updateQueued = (record) => write("queue", record);

/** Takes a contribution out of the queue: it is sent, or the person threw it away. */
export async function dequeue(clientId) {
  await remove("queue", clientId);
  tell({ type: "changed" });
}
