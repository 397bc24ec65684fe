/** Step three, who: name and e-mail, both optional. */

import { byId, fieldError } from "#lib/dom";
import { t } from "#lib/text";

const LOOKS_RIGHT = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;

/** The step: fill() shows the draft, check() looks at the address. */
export function makeContactStep(context) {
  const fields = ["contact_email", "contact_name"].map((id) => byId(id));
  for (const field of fields) {
    field.addEventListener("input", () => { context.draft[field.name] = field.value; fieldError(context.form, field.name); context.keep(); });
  }
  return {
    fill() { for (const field of fields) field.value = context.draft[field.name] ?? ""; },
    check() {
      const email = (context.draft.contact_email ?? "").trim();
      const wrong = email && !LOOKS_RIGHT.test(email);
      fieldError(context.form, "contact_email", wrong ? t("E-postadressen ska se ut som namn@exempel.se.") : "");
      if (wrong) fields[0].focus();
      return !wrong;
    },
  };
}
