/** Which of the walk's groups this phone goes with: asked before anything is recorded, seen on every view, and changed there. */

import { all, byId } from "#lib/dom";
import { keepSettings, readSettings } from "#walk/store";

/** The id of the phone's group; null while there are several and nobody has said which. */
export function groupOf({ slug, groups }) {
  if (groups.length === 1) return groups[0].id;
  const { group_id: chosen } = readSettings(slug);
  return groups.some((one) => one.id === chosen) ? chosen : null;
}

/** Follows the buttons that choose, and takes over what was chosen on the page that one joins by (?group=…); onChosen is called at a press. */
export function startGroupChoice(page, onChosen) {
  function show() {
    const chosen = page.groups.find((one) => one.id === groupOf(page));
    if (byId("my-group")) byId("my-group").textContent = chosen?.name ?? "";
    for (const button of all("[data-group]")) button.setAttribute("aria-pressed", String(Number(button.dataset.group) === chosen?.id));
  }

  function choose(id) {
    if (page.groups.some((one) => one.id === id)) keepSettings(page.slug, { group_id: id });
    show();
  }

  for (const button of all("[data-group]")) button.addEventListener("click", () => { choose(Number(button.dataset.group)); onChosen(); });
  choose(Number(new URLSearchParams(location.search).get("group")));
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
}
