/** The form of a plan: draws the area, shows the procedures that fit the kind of plan, and warns before losing work. */

import { all, byId, one, readIsland } from "#lib/dom";
import { makeAreaForm } from "#map/staff_area";

const form = byId("editor");
let touched = Boolean(one(".error-summary"));

/* A procedure that no plan of that kind may follow steps back; one that is chosen stays until another is. */
function showProcedures() {
  const kind = byId("kind").value;
  for (const row of all("[data-kinds]", form)) row.hidden = !row.dataset.kinds.split(" ").includes(kind) && !one("input", row).checked;
  const chosen = one("[name=procedure]:checked", form)?.closest("[data-kinds]");
  const procedure = chosen?.querySelector("input").value;
  for (const row of all("[data-procedures]", form)) row.hidden = !row.dataset.procedures.split(" ").includes(procedure);
  byId("grounds").hidden = chosen?.dataset.grounds !== "yes" && !one(".error", byId("grounds"));
}

form.addEventListener("input", () => { touched = true; showProcedures(); });
form.addEventListener("submit", () => { area.finish(); touched = false; });
addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
showProcedures();

const area = makeAreaForm(readIsland("editor-map"), () => { touched = true; });
