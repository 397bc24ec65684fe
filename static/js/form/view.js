/** Step two, what: category, mood, text and photos. */

import { all, byId, fieldError, make, one } from "#lib/dom";
import { announce, t } from "#lib/text";
import { uuid } from "#lib/uuid";
import { makeSmaller } from "#form/photos";

/** The step: fill() shows the draft, check() says what is missing, isDone() only asks. */
export function makeViewStep(context) {
  const { page, form } = context;
  const text = byId("text");
  const label = byId("text-label");
  const strip = byId("photo-strip");

  function ask() {
    const category = page.categories.find((one_) => one_.key === context.draft.category);
    label.textContent = category?.question || label.dataset.default;
  }

  for (const input of all('[name="category"]', form)) {
    input.addEventListener("change", () => { context.draft.category = input.value; ask(); fieldError(form, "category"); context.keep(); });
  }
  for (const input of all('[name="mood"]', form)) {
    // A second press on the same mood takes it away again, since it is optional.
    input.addEventListener("click", () => {
      if (context.draft.mood === input.value) { input.checked = false; context.draft.mood = ""; } else context.draft.mood = input.value;
      context.keep();
    });
  }
  text.addEventListener("input", () => { context.draft.text = text.value; if (text.value.trim()) fieldError(form, "text"); context.keep(); });
  byId("photos")?.addEventListener("change", async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    await addPhotos(files);
  });

  async function addPhotos(files) {
    const room = page.maxPhotos - context.draft.photos.length;
    fieldError(form, "photos", files.length > room ? t("Det går att skicka högst {n} foton.", { n: page.maxPhotos }) : "");
    for (const file of files.slice(0, Math.max(0, room))) {
      const blob = await makeSmaller(file);
      context.draft.photos = [...context.draft.photos, { client_id: uuid(), blob, name: file.name || "foto.jpg" }];
      announce(t("Foto {n} av högst {most} är med.", { n: context.draft.photos.length, most: page.maxPhotos }));
    }
    showPhotos();
    context.keep();
  }

  function showPhotos() {
    strip?.replaceChildren(...photoItems(context.draft.photos, (photo) => {
      context.draft.photos = context.draft.photos.filter((other) => other !== photo);
      showPhotos();
      context.keep();
      byId("photos").focus();
    }));
    byId("photo-button")?.toggleAttribute("hidden", context.draft.photos.length >= page.maxPhotos);
  }

  const missing = () => ({
    category: context.draft.category ? "" : t("Välj vad det gäller."),
    text: context.draft.text.trim() ? "" : t("Skriv vad du tycker, om så bara några ord."),
  });

  return {
    fill() {
      for (const name of ["category", "mood"]) for (const input of all(`[name="${name}"]`, form)) input.checked = input.value === context.draft[name];
      text.value = context.draft.text;
      ask();
      showPhotos();
    },
    isDone: () => !Object.values(missing()).some(Boolean),
    check() {
      const found = missing();
      for (const [name, words] of Object.entries(found)) fieldError(form, name, words);
      const first = Object.keys(found).find((name) => found[name]);
      if (first) one(`[name="${first}"]`, form).focus();
      return !first;
    },
  };
}

/** List items with a picture each, and a button that takes it away when onRemove is given. */
export function photoItems(photos, onRemove = null) {
  return photos.map((photo, i) => {
    const url = URL.createObjectURL(photo.blob);
    const picture = make("img", { src: url, alt: t("Foto {n}", { n: i + 1 }), onload: () => URL.revokeObjectURL(url) });
    const cross = one('[data-close] svg')?.cloneNode(true);
    return make("li", {}, picture, onRemove ? make("button", { type: "button", "aria-label": t("Ta bort foto {n}", { n: i + 1 }), onclick: () => onRemove(photo) }, cross) : null);
  });
}
