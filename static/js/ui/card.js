/** Somebody's contribution in the sheet: text, photos, answers, replies, and what one can do with it. */

import { API, getJson, sendJson } from "#net/api";
import { isSupported, support } from "#net/support";
import { all, byId, fieldError, make, one, pinIcon } from "#lib/dom";
import { longDate } from "#lib/dates";
import { announce, t, tn } from "#lib/text";
import { uuid } from "#lib/uuid";

const address = (receipt, what = "") => `${API}/contributions/${encodeURIComponent(receipt)}${what}`;

/** Shows the card in its panel and answers {feature, heading}; throws Problem when it can't be read. */
export async function showCard(receipt, categories) {
  const panel = byId("panel-card");
  panel.replaceChildren(make("p", { class: "muted", text: t("Hämtar …") }));
  const feature = await getJson(address(receipt));
  const card = byId("card-template").content.cloneNode(true);
  fill(card, feature.properties, categories, receipt);
  wire(card, feature.properties, receipt);
  panel.replaceChildren(card);
  return { feature, heading: one("h2", panel) };
}

function fill(card, view, categories, receipt) {
  const slot = (name) => one(`[data-slot="${name}"]`, card);
  const category = categories.find((each) => each.key === view.category);
  slot("title").textContent = view.place_label || t("Synpunkt {receipt}", { receipt });
  slot("category").replaceChildren(make("span", { class: "chip" }, pinIcon(view.category), make("span", { text: category?.label ?? "" })));
  slot("time").textContent = longDate(view.submitted_at);
  slot("text").textContent = view.text;
  slot("link").href = `/c/${encodeURIComponent(receipt)}`;
  slot("photos").replaceChildren(...(view.photos ?? []).map((photo, i) => make("li", {},
    make("a", { href: photo.url }, make("img", { src: photo.thumb_url ?? photo.thumbnail_url ?? photo.url, alt: photo.alt_text || t("Foto {n}", { n: i + 1 }), loading: "lazy" })))));
  slot("answers").replaceChildren(...(view.answers ?? view.responses ?? []).map((answer) => make("section", { class: "answer" },
    make("h3", { text: answer.unit ? t("Svar från {unit}", { unit: answer.unit }) : t("Kommunens svar") }), make("p", { class: "view-text", text: answer.text }),
    make("p", { class: "small muted", text: longDate(answer.published_at) }))));
  const replies = view.replies ?? [];
  slot("reply-title").textContent = replies.length ? tn("{n} svar från andra", "{n} svar från andra", replies.length) : t("Inga svar från andra än");
  slot("replies").replaceChildren(...replies.map(replyItem));
  showSupport(card, view.support_count ?? 0, isSupported(receipt, view.supported));
}

function replyItem(reply) {
  const who = [reply.name || reply.author_name || t("Utan namn"), longDate(reply.received_at ?? reply.submitted_at)].filter(Boolean).join(" · ");
  return make("div", { class: "reply" }, make("p", { class: "view-text", text: reply.text }), make("p", { class: "small muted", text: who }));
}

function showSupport(card, count, mine) {
  const button = one('[data-act="support"]', card);
  button.setAttribute("aria-pressed", String(mine));
  one('[data-slot="support"]', card).textContent = (mine ? t("Du håller med") : t("Jag håller med")) + (count ? ` (${count})` : "");
}

function wire(card, view, receipt) {
  const button = one('[data-act="support"]', card);
  button.addEventListener("click", async () => {
    const mine = button.getAttribute("aria-pressed") === "true";
    button.disabled = true;
    try {
      const count = (await support(receipt, { back: mine })) ?? Math.max(0, (view.support_count ?? 0) + (mine ? -1 : 1));
      view.support_count = count;
      showSupport(byId("panel-card"), count, !mine);
    } catch (problem) {
      announce(problem.message);
    } finally {
      button.disabled = false;
    }
  });
  for (const form of all("[data-form]", card)) form.addEventListener("submit", (event) => { event.preventDefault(); post(form, receipt); });
}

async function post(form, receipt) {
  const isReply = form.dataset.form === "reply";
  const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  fieldError(form, "text", isReply && !values.text ? t("Skriv ett svar först.") : "");
  if (isReply && !values.text) { one("textarea", form).focus(); return; }
  // The same id is used until it is received, so that pressing twice makes one.
  form.dataset.clientId ||= uuid();
  const send = one('[type="submit"]', form);
  send.disabled = true;
  try {
    const answer = await sendJson(address(receipt, isReply ? "/replies" : "/reports"), { client_id: form.dataset.clientId, ...values });
    delete form.dataset.clientId;
    form.reset();
    form.closest("details").open = false;
    announce(!isReply ? t("Tack för anmälan. Vi tittar på den.")
      : answer?.state === "approved" ? t("Ditt svar är publicerat.") : t("Tack! Ditt svar syns när vi har läst det."));
    if (isReply && answer?.state === "approved") one('[data-slot="replies"]').append(replyItem({ ...values, received_at: new Date().toISOString() }));
  } catch (problem) {
    if (problem.errors?.text) fieldError(form, "text", problem.errors.text);
    announce(problem.message);
  } finally {
    send.disabled = false;
  }
}
