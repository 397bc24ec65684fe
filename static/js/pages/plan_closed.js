/** The form of a plan that takes no statements: what one had begun to write, or wanted to send, is there to be copied. */

import { byId } from "#lib/dom";
import { announce, t } from "#lib/text";
import { dropDraft, findDraft } from "#offline/drafts";
import { dequeue, findQueued } from "#offline/queue";
import "./own.js";

const section = byId("kept-draft");
const KEY = `plan:${section.dataset.slug}`;
const id = location.hash.startsWith("#queued=") ? location.hash.slice(8) : "";
const queued = id ? await findQueued(id).catch(() => null) : null;
const kept = queued?.draft ?? await findDraft(KEY).catch(() => null);
if (kept?.values?.text && !byId("kept-text").value) {
  byId("kept-text").value = kept.values.text;
  section.hidden = false;
  byId("kept-drop").hidden = false;
  byId("kept-drop").addEventListener("click", async () => {
    await Promise.all([queued ? dequeue(id) : null, dropDraft(KEY)]);
    section.hidden = true;
    announce(t("Texten är borttagen"));
  });
}
section.dataset.ready = "";
