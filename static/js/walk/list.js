/** The list of one's own observations, with the state of each and of every photo. */

import { byId, make } from "#lib/dom";
import { t } from "#lib/text";
import { again, back, gone, stateOf } from "#walk/states";
import { changeObservation } from "#walk/store";
import { sayPhoto, sayPlace, sayState, sayTime } from "#walk/words";

export const FEELINGS = () => ({ insecure: t("Otrygg"), neutral: t("Varken eller"), secure: t("Trygg") });
/* A small picture of each photo; its address lasts as long as the page, so that drawing anew does not flicker. */
const urls = new Map();
function thumbOf({ client_id: id, thumb }) {
  if (!thumb) return icon("photo");
  if (!urls.has(id)) urls.set(id, URL.createObjectURL(thumb));
  return make("img", { class: "wa-thumb", src: urls.get(id), alt: "" });
}
const icon = (kind) => byId(`icon-${kind}`)?.content.firstElementChild?.cloneNode(true) ?? null;

/** Draws it; `act` has edit(record) and changed(). */
export function showList(records, page, sending, act) {
  const list = byId("list");
  const focused = document.activeElement?.closest?.("#list [data-id]")?.dataset;
  const focusedAct = document.activeElement?.dataset?.act;
  list.replaceChildren(...records.map((record) => item(record, page, sending, act)));
  if (focused) list.querySelector(`[data-id="${focused.id}"] [data-act="${focusedAct}"]`)?.focus();
}

function item(record, { categories, stops, verdicts }, sending, act) {
  const { body } = record;
  const category = categories.find((one) => one.key === body.category)?.label ?? body.category;
  const { kind, words } = sayState(record, sending);
  const photos = record.photos.filter((photo) => !photo.is_gone);
  const button = (name, label, work, look = "") => make("button", { type: "button", class: `btn ${look}`, "data-act": name, "aria-label": `${label}: ${category}`, text: label, onclick: work });
  const change = (how) => async () => { await changeObservation(record.client_id, how); act.changed(); };
  const buttons = record.is_gone
    ? [button("undo", t("Ångra"), change(back))]
    : [button("edit", t("Ändra"), () => act.edit(record)), ...(record.why_kept ? [] : [button("delete", t("Ta bort"), change(gone))])];
  if (stateOf(record) === "failed") buttons.unshift(button("again", t("Försök igen"), change(again), "btn-primary"));
  return make("li", { class: record.is_gone ? "wa-item is-gone" : "wa-item", "data-id": record.client_id },
    make("p", { class: "wa-item-title", text: [category, verdicts?.[body.verdict] ?? FEELINGS()[body.polarity], body.is_acute ? t("AKUT") : ""].filter(Boolean).join(" · ") }),
    make("p", { class: "wa-note", text: `${sayTime(record)} · ${sayPlace({ source: body.point_source, stop_id: body.stop_id, accuracy_m: body.accuracy_m }, stops, {})}` }),
    body.text ? make("p", { class: "wa-item-words", text: body.text }) : null,
    make("p", { class: "wa-item-state", "data-kind": kind }, icon(kind), make("span", { text: words })),
    ...photos.map((photo, i) => make("p", { class: "wa-item-state", "data-kind": photo.state === "refused" ? "failed" : photo.state }, thumbOf(photo), make("span", { text: sayPhoto(photo, i + 1) }))),
    record.why_kept ? make("p", { class: "wa-item-state", "data-kind": "failed", text: t("Inte borttagen. {why}", { why: record.why_kept }) }) : null,
    record.kept_aside ? make("p", { class: "wa-item-state", text: t("Samordnaren har ändrat texten till: ”{text}”. Din ändring är sparad bredvid, och samordnaren får välja.", { text: record.kept_aside.text }) }) : null,
    make("div", { class: "wa-item-buttons" }, ...buttons));
}
