/** The draft of each dialogue, written as one types, so that reload, back and a flat battery lose nothing. */

import { uuid } from "#lib/uuid";
import { read, remove, write } from "#offline/store";

const KEPT_DAYS = 30;
const HASTY = "draft-";

/** An empty draft; its client_id follows it into the queue and to the server. */
export function newDraft(slug) {
  return { slug, client_id: uuid(), shape: "point", points: [], category: "", mood: "", text: "", contact_email: "", contact_name: "", photos: [] };
}

/** The kept draft of a dialogue, or null. Old ones are thrown away, since they may hold personal data. */
export async function findDraft(slug) {
  const kept = await read("drafts", slug).catch(() => null);
  const hasty = readHasty(slug);
  const draft = newest(kept, hasty);
  if (draft && Date.now() - Date.parse(draft.saved_at) > KEPT_DAYS * 86_400_000) {
    await dropDraft(slug);
    return null;
  }
  // What was put there in haste leaves that place when it is kept as all else is, or else the next page would find nothing.
  if (hasty && (draft === kept || await write("drafts", draft).then(() => true, () => false))) dropHasty(slug, hasty.saved_at);
  return draft ?? null;
}

/** Keeps the draft now; false where this browser keeps nothing. */
export const keepDraft = (draft) => write("drafts", { ...draft, saved_at: new Date().toISOString() }).then(() => true, () => false);

let unkept = null;
let changes = 0;
let timer;

/** Keeps what is not yet kept, at once. It counts as kept when the storage has said so: a page left before that ends the writing. */
async function keepRest() {
  clearTimeout(timer);
  const until = changes;
  if (unkept && await keepDraft(unkept) && until === changes) unkept = null;
}

/** A page that is being left has no time for the storage above; the words are put where writing is done before the call returns. */
function keepHastily() {
  if (!unkept) return;
  const words = { ...unkept, photos: [], saved_at: new Date().toISOString() };
  try { localStorage.setItem(HASTY + unkept.slug, JSON.stringify(words)); } catch { /* then the last moment's typing is lost */ }
  keepRest();
}

/** What keepHastily() left, or null. */
function readHasty(slug) {
  try { return JSON.parse(localStorage.getItem(HASTY + slug)); } catch { return null; }
}

/** Empties that place, unless newer words than those of a moment lie there. */
function dropHasty(slug, moment = null) {
  if (moment && readHasty(slug)?.saved_at !== moment) return;
  try { localStorage.removeItem(HASTY + slug); } catch { /* then nothing lies there */ }
}

/** The newer of the two, with the photos, which only the first has. */
function newest(draft, hasty) {
  if (!hasty || (draft && draft.saved_at > hasty.saved_at)) return draft;
  return { ...hasty, photos: draft?.client_id === hasty.client_id ? draft.photos : [] };
}

/** Keeps the draft when the typing pauses, or when the page is left before that. */
export function keepDraftSoon(draft) {
  unkept = draft;
  changes += 1;
  clearTimeout(timer);
  timer = setTimeout(keepRest, 300);
}

globalThis.document?.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepHastily());
globalThis.addEventListener?.("pagehide", keepHastily);

const aside = (slug) => `${slug}#aside`;

/** Keeps a draft beside the dialogue's own, while another contribution is mended. */
export const putAside = (draft) => keepDraft({ ...draft, slug: aside(draft.slug) });

/** What putAside() kept, once, or null. */
export async function takeAside(slug) {
  const kept = await findDraft(aside(slug));
  if (!kept) return null;
  await keepDraft({ ...kept, slug });
  await dropDraft(aside(slug));
  return { ...kept, slug };
}

/** Throws the draft away, also what was still to be kept of it. */
export function dropDraft(slug) {
  if (unkept?.slug === slug) unkept = null;
  dropHasty(slug);
  return remove("drafts", slug).catch(() => undefined);
}

/** True if there is something in it worth asking about. */
export const hasContent = (draft) => Boolean(draft && (draft.text.trim() || draft.category || draft.photos.length || draft.place));
