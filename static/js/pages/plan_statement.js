/** The form of a statement: nothing typed is lost, a place is pressed on the map, and without a network it waits in the phone. */

import { byId, make, one, readIsland } from "#lib/dom";
import { findFault } from "#lib/file_kinds";
import { findPersonalData } from "#lib/personal_data";
import { language, t } from "#lib/text";
import { uuid } from "#lib/uuid";
import { makePlanMap, replacePicture } from "#map/plan_map";
import { API, Problem } from "#net/api";
import { dropDraft, findDraft, keepDraft, keepDraftSoon } from "#offline/drafts";
// Not fetched when they are wanted: that is just when the network may be away.
import { dequeue, enqueue, findQueued, onQueue } from "#offline/queue";
import { sendNow } from "#offline/sender";
import { follow } from "#offline/status";
import { canKeep, remove } from "#offline/store";

const form = byId("statement-form");
const { slug } = form.dataset;
const KEY = `plan:${slug}`;
const TYPED = ["text", "feature", "lon", "lat", "place_label", "contact_name", "organisation", "contact_email", "postal_address", "property_designation", "is_protected"];
const [MOST_FILES, MOST_BYTES] = [5, 20_000_000];
const field = (name) => form.elements.namedItem(name);
const draft = { slug: KEY, client_id: field("client_id").value, values: {}, photos: [] };
const data = readIsland("plan-map-data");
let map = null;
let checking = null; // files that were chosen and are being looked into

function readForm() {
  const given = new FormData(form);
  draft.values = Object.fromEntries(TYPED.map((name) => [name, String(given.get(name) ?? "")]));
}

function showValues(values) {
  for (const name of TYPED) {
    const input = field(name);
    if (!input || values[name] === undefined) continue;
    if (name === "is_protected") input.checked = Boolean(values[name]);
    else input.value = values[name]; // a group of radio buttons takes it too
  }
}

function showPlace() {
  const has = Boolean(field("lon").value);
  byId("place-chosen")?.toggleAttribute("hidden", !has);
  if (has) map?.put([Number(field("lon").value), Number(field("lat").value)]);
  else map?.forget();
  map?.choose(one('[name="feature"]:checked', form)?.value ?? "");
}

function showFiles() {
  const list = byId("chosen-files");
  list.hidden = !draft.photos.length;
  list.replaceChildren(...draft.photos.map((file) => make("li", { class: "row" }, make("span", { text: file.name }),
    make("button", { class: "btn btn-quiet", type: "button", onclick: () => { draft.photos = draft.photos.filter((one) => one !== file); showFiles(); keepDraftSoon(draft); } },
      make("span", { text: t("Ta bort") }), make("span", { class: "visually-hidden", text: ` ${file.name}` })))));
}

/** What is wrong with a chosen file, in words; "" for one that is taken. */
async function refusal(file) {
  const { name } = file;
  const fault = await findFault(file, MOST_BYTES);
  if (!fault) return "";
  return {
    empty: t("{name} är tom.", { name }),
    large: t("{name} är för stor: {size} MB. Gränsen är {limit} MB.", { name, size: Math.ceil(file.size / 1e6), limit: MOST_BYTES / 1e6 }),
    kind: t("{name} är varken en bild eller en PDF, vad den än heter.", { name }),
    broken: t("{name} är inte en hel PDF. Spara den på nytt, och välj den igen.", { name }),
    name: t("{name} är i själva verket {kind}. Döp om den efter vad den är, och välj den igen.", { name, kind: fault.kind }),
    unread: t("{name} gick inte att läsa. Välj den igen.", { name }),
  }[fault.why];
}

async function takeFiles(input) {
  const chosen = [...input.files];
  input.value = "";
  const refused = [];
  for (const file of chosen) {
    const words = await refusal(file) || (draft.photos.length < MOST_FILES ? "" : t("{name} fick inte plats: högst {count} filer.", { name: file.name, count: MOST_FILES }));
    if (words) refused.push(words);
    else draft.photos.push({ client_id: uuid(), blob: file, name: file.name });
  }
  byId("files-problem").hidden = !refused.length;
  byId("files-problem").replaceChildren(...refused.length ? [make("span", { text: `${t("Kom inte med:")} ${refused.join(" ")}` })] : []);
  await keepDraft(draft); // a page that is left has time for words, not for files
  showFiles();
}

function changed() { readForm(); keepDraftSoon(draft); }

async function restore() {
  const id = location.hash.startsWith("#queued=") ? location.hash.slice(8) : "";
  const queued = id ? await findQueued(id).catch(() => null) : null;
  const kept = queued?.draft ?? await findDraft(KEY).catch(() => null);
  if (queued) await dequeue(id);
  if (!kept || (field("text").value && !queued)) return;
  Object.assign(draft, { client_id: kept.client_id, values: kept.values, photos: [...(kept.photos ?? []), ...draft.photos] });
  const chosen = new URLSearchParams(location.search).get("part");
  showValues(chosen ? { ...kept.values, feature: chosen } : kept.values);
  field("client_id").value = draft.client_id;
  if (!kept.values.text) return;
  byId("draft-line").textContent = t("Det du skrev förra gången finns kvar.");
  byId("draft-line").hidden = false;
}

function facts() {
  const { values } = draft;
  const label = one('[name="feature"]:checked', form)?.closest("label")?.textContent.trim().replace(/\s+/g, " ") ?? "";
  const rows = [[t("Gäller"), [label, values.lon && t("En plats på kartan"), values.place_label].filter(Boolean).join(", ")],
    [t("Filer"), draft.photos.map(({ name }) => name).join(", ")],
    ...["contact_name", "organisation", "contact_email", "postal_address", "property_designation"].map((name) => [one(`label[for="${name}"]`, form).firstChild.textContent.trim(), values[name]])];
  return rows.filter(([, words]) => words).flatMap(([name, words]) => [make("dt", { text: name }), make("dd", { text: words })]);
}

function warnings() {
  const { values } = draft;
  const words = [];
  if (findPersonalData(values.text).has("personal_number")) words.push(t("Det ser ut som ett personnummer i texten. Ta bort det: yttrandet blir en allmän handling."));
  if (!(values.contact_name || values.organisation) || !(values.contact_email || values.postal_address)) words.push(byId("js-review-warnings").dataset.nameless);
  return words.map((text) => make("p", { class: "notice notice-warn", text }));
}

function show(what) {
  form.hidden = what !== "form";
  byId("js-review").hidden = what !== "review";
  byId("js-waiting").hidden = what !== "waiting";
  (what === "form" ? field("text") : byId(`js-${what}-title`)).focus();
}

function featureOf() {
  const { values } = draft;
  const geometry = values.lon ? { type: "Point", coordinates: [Number(values.lon), Number(values.lat)] } : null;
  return { type: "Feature", geometry, properties: { ...values, client_id: draft.client_id, language: language() } };
}

function refuse(problem) {
  byId("js-problem").textContent = Object.values(problem.errors)[0] ?? problem.message;
  byId("js-problem").hidden = false;
}

const notAll = (why) => t("Yttrandet är mottaget, men {n} av filerna gick inte att ta emot: {why}", { n: why.length, why: why.join(" ") });

/** The card that says that the statement waits becomes its receipt, or its refusal, when the network is back. */
async function turnWaiting({ type, client_id: id, receipt, edit_url: href, refused = [] }) {
  if (byId("js-waiting").hidden) return;
  if (type === "sent" && id === draft.client_id) {
    byId("js-waiting-title").textContent = t("Yttrandet är skickat");
    byId("js-waiting-text").replaceChildren(make("span", { text: t("Kvittonummer {receipt}.", { receipt }) }));
    if (refused.length) byId("js-waiting-text").append(make("span", { class: "error", text: ` ${notAll(refused)}` }));
    byId("js-waiting-text").after(make("a", { class: "btn btn-primary", href: refused.length ? `${href}?files=refused` : href, text: t("Till kvittot"), onclick: () => remove("receipts", id) }));
    byId("js-waiting-title").focus();
  }
  const { problem } = await findQueued(draft.client_id) ?? {};
  if (!problem) return;
  show("review");
  await dequeue(draft.client_id);
  await keepDraft(draft);
  refuse(new Problem(422, problem.detail, problem));
}

async function send() {
  byId("js-problem").hidden = true;
  byId("js-send").disabled = true;
  try {
    await enqueue({
      client_id: draft.client_id, slug: KEY, feature: featureOf(), photos: [...draft.photos], draft: { ...draft },
      to: `${API}/plans/${encodeURIComponent(slug)}/statements`, files_to: `${API}/statements/{receipt}/files`, page: location.pathname,
    });
    await dropDraft(KEY);
    const answer = await sendNow(draft.client_id);
    const receipt = `${answer.edit_url}?sent=1`;
    if (!answer.photoProblems.length) { location.assign(receipt); return; }
    // The words are received; that a file is not must be read before one leaves.
    byId("js-send").hidden = byId("js-back").hidden = true;
    refuse(new Problem(422, notAll(answer.photoProblems)));
    byId("js-problem").after(make("a", { class: "btn btn-primary", href: `${receipt}&files=refused`, text: t("Till kvittot, och skicka rätt fil") }));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.mayPass) { show("waiting"); await follow(); return; }
    await dequeue(draft.client_id);
    await keepDraft(draft);
    refuse(problem);
  } finally {
    byId("js-send").disabled = false;
  }
}

if (data && byId("plan-map")) {
  replacePicture();
  map = makePlanMap(byId("plan-map"), data, {
    onPart(id) { const choice = one(`[name="feature"][value="${id}"]`, form); if (choice) { choice.checked = true; changed(); showPlace(); } },
    onPlace([lon, lat]) { field("lon").value = lon.toFixed(6); field("lat").value = lat.toFixed(6); changed(); showPlace(); },
  });
}

form.addEventListener("input", changed);
form.addEventListener("change", async (event) => {
  changed();
  showPlace();
  if (event.target.id !== "files") return;
  checking = takeFiles(event.target);
  await checking;
  checking = null;
});
byId("place-forget")?.addEventListener("click", () => { field("lon").value = field("lat").value = ""; changed(); showPlace(); });
byId("js-back").addEventListener("click", () => show("form"));
byId("js-send").addEventListener("click", send);
onQueue(turnWaiting);

await restore();
// Files chosen before this script was here are taken like the others.
if (byId("files")?.files.length) byId("files").dispatchEvent(new Event("change", { bubbles: true }));
showPlace();
showFiles();

// Where nothing can be kept, or files lie at the server already, the form goes the way it goes without JavaScript.
if (await canKeep() && !one(".plan-files:not(#chosen-files)", form)) {
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "language") return;
    readForm();
    if (!draft.values.text.trim() && navigator.onLine && !draft.photos.length && !checking) return; // the server says what is missing
    event.preventDefault();
    if (!draft.values.text.trim()) { field("text").focus(); return; }
    await checking;
    byId("js-review-text").textContent = draft.values.text.trim();
    byId("js-review-facts").replaceChildren(...facts());
    byId("js-review-warnings").replaceChildren(...warnings());
    show("review");
  });
}
form.dataset.ready = "";
