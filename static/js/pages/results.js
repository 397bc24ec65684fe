/** The results page: the drawn pictures become maps that can be moved; table and map point at each other. */

import { all, byId, one, readIsland } from "#lib/dom";
import { districtMap, heatMap } from "#map/results_map";

const data = readIsland("results-data");

/** What the table says of a district, as lines for the map's tip. */
function words(id) {
  const row = one(`[data-district="${id}"]`);
  if (!row) return [""];
  const heads = all("thead th", row.closest("table")).slice(1).map((head) => head.textContent);
  const cells = all("td", row).map((cell) => cell.textContent.trim());
  return [one("th a", row).textContent, ...cells.map((text, index) => `${heads[index]}: ${text}`)];
}

function point(id) {
  for (const row of all(".is-pointed")) row.classList.remove("is-pointed");
  if (id !== null) one(`[data-district="${id}"]`)?.classList.add("is-pointed");
}

function showDistricts() {
  const place = byId("district-map");
  if (!place || !data.districts?.features.length) return;
  place.hidden = false;
  byId("district-picture")?.setAttribute("hidden", "");
  const chosen = Number(one(".district-table .is-selected")?.dataset.district) || null;
  const { mark } = districtMap(place, { ...data, chosen }, words, point);
  for (const row of all("[data-district]")) {
    const id = Number(row.dataset.district);
    for (const [event, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
      row.addEventListener(event, () => mark(id, on));
    }
  }
}

function showHeat() {
  const place = byId("heat-map");
  if (!place || !data.heat) return;
  place.hidden = false;
  heatMap(place, data);
}

showDistricts();
showHeat();
