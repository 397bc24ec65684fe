/** The form of one observation: filled in one tap at a time, kept as a draft at each, saved in the phone first. */

import { all, byId, make, one } from "#lib/dom";
import { t } from "#lib/text";
import { uuid } from "#lib/uuid";
import { makeSmaller } from "#form/photos";
import { dropDraft, keepDraft, keepDraftSoon } from "#offline/drafts";
import { atStop, bodyOf, firstPlace, fromFix, onMap } from "#walk/placing";
import { changed, newRecord } from "#walk/states";
import { changeObservation, keepSettings, readSettings, saveObservation } from "#walk/store";
import { contradicts } from "#walk/verdicts";
import { groupOf } from "#walk/which_group";
import { sayPlace, sayUnkept, sayUnsure } from "#walk/words";

const THUMB_PX = 160; // stays in the phone until it leaves the walk; the photo itself goes when the server has it
const RADIOS = ["polarity", "severity", "light", "said_by"];

/** {draft, begin(category), resume(draft), edit(record), refreshPlace(), takePlace(position)}; `then` has saved(record, wasNew) and openMap(). */
export function makeForm(page, position, then) {
  const form = byId("observation");
  const key = `walk:${page.slug}`;
  const self = { draft: null, begin, resume, edit, refreshPlace, takePlace: (at) => setPlace(onMap(at)) };
  const stopOf = (id) => page.stops.find((stop) => String(stop.id) === String(id));

  function begin(category) {
    const { light, stop_id: stopId } = readSettings(page.slug);
    const leaning = page.categories.find((each) => each.key === category)?.leaning;
    const draft = {
      slug: key, client_id: uuid(), category, polarity: leaning === "both" ? "" : leaning, severity: "2", text: "", light: light ?? page.walk.light ?? "", said_by: "",
      is_acute: false, photos: [], place: null, is_place_automatic: true, at_stop: stopOf(stopId)?.id ?? null, observed_at: new Date().toISOString(), edits: "",
    };
    show(draft);
    keepDraftSoon(draft);
    position.renew();
  }

  /** Goes on with a draft; with another category it stays the same observation. */
  function resume(draft, category = draft.category) {
    show({ ...draft, category });
    keepDraftSoon(self.draft);
    position.renew();
  }

  function edit(record) {
    const { body } = record;
    const place = { source: body.point_source, stop_id: body.point_source === "stop" ? body.stop_id : null, position: body.place?.coordinates ?? null, accuracy_m: body.accuracy_m };
    show({
      slug: key, client_id: record.client_id, category: body.category, polarity: body.polarity, severity: String(body.severity ?? 2), text: body.text, light: body.light ?? "",
      said_by: body.said_by === "unknown" ? "" : body.said_by, is_acute: body.is_acute, photos: record.photos.filter((photo) => !photo.is_gone), place, is_place_automatic: false,
      at_stop: body.stop_id, observed_at: body.observed_at, edits: record.client_id, follows_id: body.follows_id, verdict: body.verdict,
    });
    keepDraftSoon(self.draft);
  }

  function show(draft) {
    self.draft = draft;
    const category = page.categories.find((each) => each.key === draft.category);
    byId("form-title").textContent = [category?.label, page.verdicts?.[draft.verdict]].filter(Boolean).join(" · ");
    byId("form-questions").textContent = category?.questions.join(" ") ?? "";
    for (const name of RADIOS) for (const input of all(`[name="${name}"]`, form)) input.checked = input.value === draft[name];
    one('[name="is_acute"]', form).checked = draft.is_acute;
    byId("words").value = draft.text;
    byId("save-words").textContent = draft.edits ? t("Spara ändringen") : t("Spara");
    for (const id of ["error-polarity", "error-place", "error-photo", "error-save"]) say(id, "");
    showParts();
    showPhotos();
    refreshPlace();
  }

  function showParts() {
    const isInsecure = self.draft.polarity === "insecure";
    byId("severity-set").hidden = !isInsecure;
    byId("acute-set").hidden = !isInsecure && !self.draft.is_acute;
    byId("call").hidden = !self.draft.is_acute;
  }

  /** Between the bar on top and the button that saves, which would cover whom to call; its top where it is higher than that. */
  function bringIntoView(box) {
    const { top, bottom } = box.getBoundingClientRect();
    const highest = one(".wa-head").getBoundingClientRect().bottom + 8;
    const lowest = one(".wa-foot", form).getBoundingClientRect().top - 8;
    if (top < highest || bottom > lowest) scrollBy({ top: Math.min(top - highest, bottom - lowest), behavior: "instant" });
  }

  /** What is missing is answered here: seen with its words, which the button that saves would cover. */
  function leadTo(control) {
    control.focus({ preventScroll: true });
    bringIntoView(control.closest("fieldset"));
  }

  function say(id, words) {
    byId(id).textContent = words;
    byId(id).hidden = !words;
  }

  const keep = () => keepDraftSoon(self.draft);

  function setPlace(place, isAutomatic = false) {
    self.draft.place = place;
    self.draft.is_place_automatic = isAutomatic;
    say("error-place", "");
    showPlace();
    keep();
  }

  /** The phone knows more of where it is: that is used as long as nobody has said otherwise. */
  function refreshPlace() {
    if (!self.draft) return;
    if (self.draft.is_place_automatic) self.draft.place = firstPlace(position.fix, stopOf(self.draft.at_stop)) ?? self.draft.place;
    showPlace();
  }

  function showPlace() {
    const { place } = self.draft;
    byId("place-words").textContent = sayPlace(place, page.stops, position);
    say("place-why", sayUnsure(place, position));
    byId("place-words").parentElement.classList.toggle("is-missing", !place);
    for (const [id, source] of [["use-gps", "gps"], ["use-map", "manual"]]) byId(id).classList.toggle("btn-primary", place?.source === source);
    then.placed(self.draft);
    if (byId("use-stop")) byId("use-stop").value = place?.source === "stop" ? place.stop_id : "";
  }

  function showPhotos() {
    const { photos } = self.draft;
    byId("photos").replaceChildren(...photos.map((photo, i) => {
      const shown = photo.blob ?? photo.thumb;
      const url = shown ? URL.createObjectURL(shown) : "";
      const picture = url ? make("img", { src: url, alt: t("Foto {n}", { n: i + 1 }), onload: () => URL.revokeObjectURL(url) })
        : make("span", { class: "wa-photo-gone", text: t("Foto {n}", { n: i + 1 }) });
      return make("li", {}, picture, make("button", { type: "button", class: "btn", text: t("Ta bort"), "aria-label": t("Ta bort foto {n}", { n: i + 1 }), onclick: () => removePhoto(photo) }));
    }));
    byId("photo-button").hidden = photos.length >= page.photos_most;
  }

  function removePhoto(photo) {
    self.draft.photos = self.draft.photos.filter((other) => other !== photo);
    showPhotos();
    keep();
    byId("photo").focus();
  }

  async function addPhotos(files) {
    const draft = self.draft;
    for (const file of files.slice(0, page.photos_most - draft.photos.length)) {
      const blob = await makeSmaller(file);
      const thumb = await makeSmaller(blob, THUMB_PX);
      draft.photos = [...draft.photos, { client_id: uuid(), blob, thumb: thumb === blob ? null : thumb }];
    }
    if (self.draft === draft) showPhotos();
    const isKept = await keepDraft(draft);
    say("error-photo", isKept ? "" : t("Telefonens lagring är full. Fotot försvinner om du lämnar sidan innan du har sparat."));
  }

  async function save() {
    const { draft } = self;
    say("error-polarity", draft.polarity ? "" : t("Välj om platsen känns trygg, otrygg eller varken eller."));
    say("error-place", draft.place ? "" : t("Välj var det är, så går det att spara."));
    if (contradicts(draft)) say("error-polarity", t("Det som är åtgärdat är inte otryggt. Välj hur platsen känns nu, eller gå tillbaka och bedöm den som bättre."));
    if (!draft.polarity || contradicts(draft)) { leadTo(one('[name="polarity"]', form)); return; }
    if (!draft.place) { leadTo(byId("use-gps")); return; }
    const body = bodyOf(draft, groupOf(page));
    const at = new Date().toISOString();
    const fresh = draft.photos.filter((photo) => photo.blob);
    let record = newRecord(page.slug, draft.client_id, body, draft.photos, at);
    try {
      if (draft.edits) {
        await saveEdit(draft, body, fresh, at);
        record = null;
      } else {
        await saveObservation(record, fresh);
      }
    } catch (error) {
      say("error-save", sayUnkept(error));
      then.full();
      return;
    }
    keepSettings(page.slug, { light: draft.light });
    self.draft = null;
    await dropDraft(key);
    then.saved(record);
  }

  /** Photos first and then the change: a phone that fills up in between has lost nothing. */
  async function saveEdit(draft, body, fresh, at) {
    const before = await changeObservation(draft.edits, (record) => record);
    if (fresh.length) await saveObservation(before, fresh);
    await changeObservation(draft.edits, (record) => changed(record, body, draft.photos, at));
  }

  for (const input of all("input[type=radio]", form)) {
    // A second press takes back what is optional.
    input.addEventListener("click", () => {
      const isOptional = input.name === "light" || input.name === "said_by";
      const isAgain = isOptional && self.draft[input.name] === input.value;
      if (isAgain) input.checked = false;
      self.draft[input.name] = isAgain ? "" : input.value;
      if (input.name === "polarity") say("error-polarity", "");
      showParts();
      keep();
    });
  }
  one('[name="is_acute"]', form).addEventListener("change", (event) => {
    self.draft.is_acute = event.target.checked;
    showParts();
    if (self.draft.is_acute) bringIntoView(byId("call"));
    keep();
  });
  byId("words").addEventListener("input", (event) => { self.draft.text = event.target.value; keep(); });
  byId("photo").addEventListener("change", async (event) => {
    const files = [...event.target.files];
    await addPhotos(files);
    event.target.value = "";
  });
  byId("use-gps").addEventListener("click", async () => {
    const { draft } = self;
    const use = () => setPlace(position.fix && fromFix(position.fix), !position.fix);
    use();
    const { place } = draft;
    await position.renew();
    // What is heard meanwhile is better, unless something else has been chosen.
    if (self.draft === draft && draft.place === place && position.fix) use();
  });
  byId("use-map").addEventListener("click", () => then.openMap());
  byId("use-stop")?.addEventListener("change", (event) => {
    const stop = stopOf(event.target.value);
    if (!stop) { setPlace(firstPlace(position.fix, null), true); return; }
    const place = atStop(stop, position.fix);
    if (place) setPlace(place);
    else { event.target.value = ""; say("error-place", t("Hållpunkten är inte utmärkt på kartan. Flytta kartan till platsen i stället.")); }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  return self;
}
