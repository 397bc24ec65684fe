/** The walk before, stop by stop: what was found, what is done about it, and one tap for what has become of it. */

import { byId, make } from "#lib/dom";
import { t, tn } from "#lib/text";
import { uuid } from "#lib/uuid";
import { API } from "#net/api";
import { gone } from "#walk/states";
import { changeObservation, readSettings, saveObservation } from "#walk/store";
import { VERDICTS, checkOf, countLeft, judged, stopAt } from "#walk/verdicts";
import { groupOf } from "#walk/which_group";
import { sayState, sayUnkept } from "#walk/words";

/** {show(records, sending), arrived(), moved()}; `position` as walk/position makes it, `then` has edit(record), changed() and said(words, undo). */
export function makeReturning(page, position, then) {
  const { findings } = page.earlier;
  const select = byId("earlier-stop");
  let last = { records: [], sending: new Set() };
  let awaitsPlace = false;
  const stopId = () => Number(select.value) || null;
  const here = () => findings.filter((finding) => finding.stop_id === stopId());
  const labelOf = (finding) => (document.documentElement.lang === "en" ? finding.label_en : finding.label_sv);

  function settings() {
    const { light } = readSettings(page.slug);
    return { groupId: groupOf(page), stopId: stopId(), light: light ?? page.walk.light, at: new Date().toISOString() };
  }

  /** One tap: a verdict, another one, or, on the one that stands, none. */
  async function judge(finding, verdict) {
    awaitsPlace = false;
    const before = checkOf(last.records, finding);
    try {
      if (before && !before.is_gone && before.body.verdict === verdict) {
        await changeObservation(before.client_id, gone);
        then.said(t("Bedömningen är tillbakatagen."));
      } else {
        const made = judged(before, finding, verdict, settings(), page.slug, uuid());
        if (before) await changeObservation(before.client_id, (now) => judged(now, finding, verdict, settings(), page.slug));
        else await saveObservation(made);
        then.said(t("Sparad i telefonen."), () => changeObservation(made.client_id, gone));
      }
      say("");
    } catch (error) {
      say(sayUnkept(error));
    }
    then.changed();
  }

  function say(words) {
    byId("earlier-error").textContent = words;
    byId("earlier-error").hidden = !words;
  }

  function item(finding) {
    const record = checkOf(last.records, finding);
    const verdict = record && !record.is_gone ? record.body.verdict : "";
    const label = labelOf(finding);
    const button = (key) => make("button", { type: "button", class: "btn wa-verdict", "data-act": key, "aria-pressed": String(verdict === key), text: page.verdicts[key], onclick: () => judge(finding, key) });
    const photo = (key) => make("img", { src: `${API}/walks/${encodeURIComponent(page.slug)}/earlier/${key}.jpg`, alt: t("Foto från förra vandringen: {what}", { what: label }), loading: "lazy" });
    const state = record && (verdict || record.acked < record.revision || !record.gone_acked) ? sayState(record, last.sending) : null;
    return make("li", { class: verdict ? "wa-item is-judged" : "wa-item", "data-id": finding.id },
      make("h2", { class: "wa-item-title", text: [label, page.polarities[finding.polarity]].join(" · ") }),
      finding.text ? make("p", { class: "wa-item-words", text: finding.text }) : null,
      ...finding.actions.map((action) => make("p", { class: "wa-note", text: t("Åtgärd: {title} ({status})", { title: action.title, status: page.action_statuses[action.status] }) })),
      finding.photos.length ? make("div", { class: "wa-before" }, ...finding.photos.map(photo)) : null,
      finding.photos_left ? make("p", { class: "wa-note", text: tn("{n} foto till är inte hämtat till telefonen.", "{n} foton till är inte hämtade till telefonen.", finding.photos_left) }) : null,
      make("div", { class: "wa-verdicts", role: "group", "aria-label": t("Hur är det nu? {what}", { what: label }) }, ...VERDICTS.filter((key) => finding.after[key]).map(button)),
      state ? make("p", { class: "wa-item-state", "data-kind": state.kind, text: state.words }) : null,
      verdict ? make("button", { type: "button", class: "btn wa-wide", "data-act": "more", "aria-label": t("Lägg till foto eller text: {what}", { what: label }), text: t("Lägg till foto eller text"), onclick: () => then.edit(record) }) : null);
  }

  function show(records, sending) {
    last = { records, sending };
    const left = countLeft(findings, records);
    byId("count-earlier").textContent = left || "";
    byId("earlier-words").textContent = left ? tn("{n} iakttagelse är inte bedömd än.", "{n} iakttagelser är inte bedömda än.", left) : t("Allt från förra vandringen är bedömt.");
    for (const option of select.options) {
      option.dataset.name ??= option.textContent;
      const of = findings.filter((finding) => finding.stop_id === (Number(option.value) || null));
      option.textContent = `${option.dataset.name} (${of.length - countLeft(of, records)}/${of.length})`;
    }
    const list = byId("earlier-list");
    const focused = document.activeElement?.closest?.("#earlier-list [data-id]")?.dataset.id;
    const act = document.activeElement?.dataset?.act;
    list.replaceChildren(...here().map(item));
    if (!here().length) list.append(make("li", { class: "wa-note", text: t("Den förra vandringen fann inget här.") }));
    if (focused) list.querySelector(`[data-id="${focused}"] [data-act="${act}"]`)?.focus();
  }

  select.addEventListener("change", () => { awaitsPlace = false; show(last.records, last.sending); });
  const standing = () => stopAt(page.stops, position.fix, Date.now());
  /** The list opens where the phone stands, else at the stop that was chosen, else where anything was found. */
  const arrived = () => {
    const stop = standing();
    awaitsPlace = !stop;
    const at = readSettings(page.slug).stop_id;
    const first = findings.find((finding) => finding.stop_id === at) ?? findings[0];
    if (stop) select.value = stop.id;
    else if (first) select.value = first.stop_id ?? "";
  };
  /** A place that came late counts until something has been chosen or judged. */
  const moved = () => {
    if (!awaitsPlace || !standing()) return;
    arrived();
    show(last.records, last.sending);
  };
  arrived();
  return { show, arrived, moved };
}
