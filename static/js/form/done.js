/** The thank-you view: number, personal link, what happens next; or that it waits for network. */

import { byId } from "#lib/dom";
import { announce, t, tn } from "#lib/text";

/** Fills the view from the server's answer, or says that the contribution waits. */
export function showDone(answer, { waiting, photos }) {
  const title = byId("done-title");
  title.textContent = waiting ? title.dataset.waiting : title.dataset.sent;
  byId("done-waiting").hidden = !waiting;
  byId("done-sent").hidden = waiting;
  byId("done-open").hidden = waiting;
  if (waiting) return;
  byId("done-receipt").textContent = answer.receipt;
  const link = new URL(answer.edit_url, location.href).href;
  byId("done-link").value = link;
  byId("done-open").href = link;
  const refused = answer.photoProblems ?? [];
  byId("done-photos").textContent = refused.length ? t("{n} av fotona gick inte att ta emot: {why}", { n: refused.length, why: refused[0] })
    : photos ? tn("{n} foto är med.", "{n} foton är med.", photos) : "";
}

/** Wires the copy button. */
export function wireDone() {
  const field = byId("done-link");
  byId("done-copy").addEventListener("click", async (event) => {
    field.select();
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    announce(copied ? event.target.closest("button").dataset.copied : t("Markera länken och kopiera den."));
  });
}
