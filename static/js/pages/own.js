/** The author's own page: copies the personal link. */

import { all, byId } from "#lib/dom";
import { announce, t } from "#lib/text";

for (const button of all("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = byId(button.dataset.copy);
    field.select();
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    announce(copied ? button.dataset.copied : t("Markera länken och kopiera den."));
  });
}
