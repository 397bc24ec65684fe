/** The form's four steps: holds the draft, shows one step at a time, checks before going on, and sends. */

import { all, byId, fieldError, one } from "#lib/dom";
import { t } from "#lib/text";
import { makeContactStep } from "#form/contact";
import { makePlaceStep } from "#form/place";
import { makeReviewStep } from "#form/review";
import { makeViewStep } from "#form/view";
import { findDraft, hasContent, keepDraftSoon, newDraft, putAside, takeAside } from "#offline/drafts";
import { visibleCentre } from "#map/map";
import { findQueued } from "#offline/queue";

export const ORDER = ["place", "view", "contact", "review"];

/** Makes the form. page: the page's data; map, feed, panels as pages/dialogue made them. */
export async function makeForm({ page, map, panels, sheet }) {
  const form = byId("contribution-form");
  let draft = (await findDraft(page.slug)) ?? (await takeAside(page.slug)) ?? newDraft(page.slug);
  const context = {
    page, map, form, panels,
    get draft() { return draft; },
    keep() { keepDraftSoon(draft); },
    next: (from) => panels.go({ panel: "form", step: ORDER[ORDER.indexOf(from) + 1] }),
    restart() {
      draft = newDraft(page.slug);
      fill();
      takeAside(page.slug).then((kept) => { if (kept && !hasContent(draft)) { draft = kept; fill(); } });
    },
  };
  const steps = { place: makePlaceStep(context), view: makeViewStep(context), contact: makeContactStep(context), review: makeReviewStep(context) };
  const fill = () => { for (const step of Object.values(steps)) step.fill?.(); };
  fill();

  form.addEventListener("click", (event) => {
    const next = event.target.closest("[data-next]");
    const to = event.target.closest("[data-go]");
    const from = next?.closest("[data-step]").dataset.step;
    if (next && steps[from].check()) context.next(from);
    if (to) panels.go({ panel: "form", step: to.dataset.go });
  });
  // Enter in a one-line field goes on, as it does in other forms, and never sends from an earlier step.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const shown = one("[data-step]:not([hidden])", form)?.dataset.step;
    if (shown === "review") steps.review.send();
    else if (shown !== "place" && steps[shown].check()) context.next(shown);
  });
  byId("step-back").addEventListener("click", () => history.back());

  /** A contribution that the server refused comes back from the queue to be mended. */
  async function takeBack(clientId) {
    const record = await findQueued(clientId).catch(() => null);
    if (!record) return;
    if (hasContent(draft) && !draft.takenBack && draft.client_id !== record.draft.client_id) await putAside(draft);
    draft = { ...record.draft, photos: record.photos ?? [], takenBack: clientId };
    fill();
    for (const [field, words] of Object.entries(record.problem?.errors ?? {})) fieldError(form, field, words);
  }

  return {
    /** Shows a step; a step that needs an earlier one's answer gives way to it. Answers the heading to focus. */
    async show(route) {
      if (route.queued) await takeBack(route.queued);
      let wanted = route.step;
      if (ORDER.indexOf(wanted) > 0 && !draft.place) wanted = "place";
      if (wanted === "review" && !steps.view.isDone()) wanted = "view";
      for (const section of all("[data-step]", form)) section.hidden = section.dataset.step !== wanted;
      const section = one(`[data-step="${wanted}"]`, form);
      byId("step-title").textContent = section.dataset.title;
      byId("step-count").textContent = section.dataset.count;
      const inView = document.body.dataset.mode === "place" ? null : visibleCentre(map, sheet.pixels);
      document.body.dataset.mode = wanted === "place" ? "place" : "steps";
      steps.place.leave();
      await steps[wanted].enter?.(inView);
      document.title = `${section.dataset.title} – ${page.title}`;
      return byId("step-title");
    },
    hide() { steps.place.leave(); delete document.body.dataset.mode; },
    hasContent: () => hasContent(draft),
    restart: context.restart,
    leaveWords: t("Utkastet finns kvar i telefonen."),
  };
}
