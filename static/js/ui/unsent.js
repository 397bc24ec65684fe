/** Keeps what was written but not sent about a contribution while another one is looked at. */

const kept = new Map();

/** Remember changed text fields in the element, all but those of the form that is sent now. */
export function keepUnsent(element, sent = null) {
  for (const field of element.querySelectorAll("textarea")) {
    const place = name(element, field);
    if (field.form !== sent && field.value !== field.defaultValue) kept.set(place, { words: field.value, over: field.defaultValue });
    else kept.delete(place);
  }
}

/** Write them into the fields again when their contribution is back, and open the part they stand in. */
export function putBack(element) {
  for (const field of element?.querySelectorAll("textarea") ?? []) {
    const { words, over } = kept.get(name(element, field)) ?? {};
    // What has come to stand there meanwhile, in a saved draft or a refused form, is newer.
    if (words === undefined || field.defaultValue !== over) continue;
    field.value = words;
    const part = field.closest("details");
    if (part) part.open = true;
  }
}

function name(element, field) {
  return `${element.querySelector("[data-receipt]")?.dataset.receipt} ${field.name}`;
}
