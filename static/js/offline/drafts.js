/** The draft of each dialogue, written as one types, so that reload, back and a flat battery lose nothing. */

import { uuid } from "#lib/uuid";
import { read, remove, write } from "#offline/store";

const KEPT_DAYS = 30;

/** An empty draft; its client_id follows it into the queue and to the server. */
export function newDraft(slug) {
  return { slug, client_id: uuid(), shape: "point", points: [], category: "", mood: "", text: "", contact_email: "", contact_name: "", photos: [] };
}

/** The kept draft of a dialogue, or null. Old ones are thrown away, since they may hold personal data. */
export async function findDraft(slug) {
  const draft = await read("drafts", slug).catch(() => null);
  if (draft && Date.now() - Date.parse(draft.saved_at) > KEPT_DAYS * 86_400_000) {
    await dropDraft(slug);
    return null;
  }
  return draft ?? null;
}

/** Keeps the draft now; false where this browser keeps nothing. */
export const keepDraft = (draft) => write("drafts", { ...draft, saved_at: new Date().toISOString() }).then(() => true, () => false);

let unkept = null;
let timer;

/** Keeps what is not yet kept, at once. */
function keepRest() {
  clearTimeout(timer);
  if (unkept) keepDraft(unkept);
  unkept = null;
}

/** Keeps the draft when the typing pauses, or when the page is left before that. */
export function keepDraftSoon(draft) {
  unkept = draft;
  clearTimeout(timer);
  timer = setTimeout(keepRest, 300);
}

globalThis.document?.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepRest());
globalThis.addEventListener?.("pagehide", keepRest);

/** Throws the draft away, also what was still to be kept of it. */
export function dropDraft(slug) {
  if (unkept?.slug === slug) unkept = null;
  return remove("drafts", slug).catch(() => undefined);
}

/** True if there is something in it worth asking about. */
export const hasContent = (draft) => Boolean(draft && (draft.text.trim() || draft.category || draft.photos.length || draft.place));
