/** Step four: everything once more, hints about personal data, and sending. */

import { byId, fieldError, make, one, pinIcon } from "#lib/dom";
import { middleOf, sayPosition } from "#lib/geo";
import { findPersonalData } from "#lib/personal_data";
import { language, t } from "#lib/text";
import { photoItems } from "#form/view";
import { showDone } from "#form/done";
import { featureOf } from "#form/feature";
import { dropDraft } from "#offline/drafts";
// Not fetched when they are wanted: that is just when the network may be away.
import { dequeue, enqueue } from "#offline/queue";
import { sendNow } from "#offline/sender";
import { follow } from "#offline/status";
import { canKeep, remove } from "#offline/store";
import { API, Problem, sendJson } from "#net/api";

const STEP_OF = { category: "view", text: "view", mood: "view", photos: "view", contact_email: "contact", contact_name: "contact", geometry: "place" };

/** The step: enter() fills the summary, send() sends. */
export function makeReviewStep(context) {
  const { page, form, panels } = context;
  const button = byId("send");
  const error = byId("send-error");

  function summary() {
    const { draft } = context;
    const category = page.categories.find(({ key }) => key === draft.category);
    const where = draft.place.label || sayPosition(middleOf(draft.shape, draft.points), language());
    const shape = { point: "", line: t("Linje med {n} punkter", { n: draft.points.length }), area: t("Yta med {n} hörn", { n: draft.points.length }) }[draft.shape];
    byId("review-place").textContent = [where, shape].filter(Boolean).join(" · ");
    byId("review-category").replaceChildren(make("span", { class: "chip" }, pinIcon(draft.category), make("span", { text: category?.label ?? "" })));
    const mood = draft.mood === "" ? null : one(`[name="mood"][value="${draft.mood}"]`, form);
    byId("review-mood-row").hidden = !mood;
    byId("review-mood").textContent = mood?.nextElementSibling.textContent.trim() ?? "";
    byId("review-text").textContent = draft.text.trim();
    byId("review-photos-row").hidden = !draft.photos.length;
    byId("review-photos").replaceChildren(...photoItems(draft.photos));
    byId("review-contact").textContent = [draft.contact_name, draft.contact_email].map((word) => word?.trim()).filter(Boolean).join(", ") || t("Du lämnar inga kontaktuppgifter.");
  }

  function hints() {
    const words = { personal_number: t("Det ser ut som ett personnummer. Ta bort det?"), phone: t("Det ser ut som ett telefonnummer. Ta bort det?"), email: t("Det ser ut som en e-postadress. Ta bort den?") };
    const found = [...findPersonalData(context.draft.text)];
    byId("personal-hint").hidden = !found.length;
    byId("personal-hints").replaceChildren(...found.map((kind) => make("li", { text: words[kind] })));
  }

  function refuse(problem) {
    for (const [name, words] of Object.entries(problem.errors)) fieldError(form, name, words);
    const [name] = Object.keys(problem.errors);
    error.textContent = Object.values(problem.errors)[0] ?? problem.message;
    error.hidden = false;
    if (STEP_OF[name] && STEP_OF[name] !== "place") panels.go({ panel: "form", step: STEP_OF[name] });
  }

  async function deliver(draft) {
    const feature = featureOf(draft, language());
    if (!(await canKeep())) { // nothing can be kept here, so it goes at once or not at all
      const answer = await sendJson(`${API}/dialogues/${encodeURIComponent(page.slug)}/contributions`, feature);
      return { ...answer, photoProblems: draft.photos.length ? [t("Fotona kunde inte sparas i den här webbläsaren.")] : [] };
    }
    const { photos, ...rest } = draft;
    await enqueue({ client_id: draft.client_id, slug: draft.slug, feature, photos, draft: rest });
    try {
      return await sendNow(draft.client_id);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (!problem.mayPass) { await dequeue(draft.client_id); throw problem; }
      follow();
      return null; // it waits in the queue
    }
  }

  async function send() {
    if (button.disabled) return;
    button.disabled = true;
    error.hidden = true;
    const { draft } = context;
    try {
      const answer = await deliver(draft);
      await dropDraft(page.slug);
      if (draft.takenBack && draft.takenBack !== draft.client_id) await remove("queue", draft.takenBack);
      showDone(answer, { waiting: !answer, photos: draft.photos.length });
      context.restart();
      panels.go({ panel: "done" }, { replace: true });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      refuse(problem);
    } finally {
      button.disabled = false;
    }
  }

  return { enter() { error.hidden = true; summary(); hints(); }, send, check: () => true };
}
