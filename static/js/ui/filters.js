/** Filters of the map, kept in the address with the same names as the list page uses. */

import { longDate } from "#lib/dates";
import { byId } from "#lib/dom";
import { t } from "#lib/text";

const ABOUT = { panel: "about" };
export const NAMES = ["category", "q", "since", "until"];

/** The filters in an address's query, only known names and only those that say something. */
export function readFilters(search) {
  const query = new URLSearchParams(search);
  return Object.fromEntries(NAMES.map((name) => [name, (query.get(name) ?? "").trim()]).filter(([, value]) => value));
}

/** The query for filters, with its question mark, or nothing. */
export function writeFilters(filters) {
  const query = new URLSearchParams(filters).toString();
  return query ? `?${query}` : "";
}

/** The filters in words, such as "Belysning, ”bänk”, från 1 maj 2026". */
export function sayFilters({ category, q, since, until }, categories) {
  return [
    category && (categories.find(({ key }) => key === category)?.label ?? category), q && `”${q}”`,
    since && t("från {day}", { day: longDate(since) || since }), until && t("till {day}", { day: longDate(until) || until }),
  ].filter(Boolean).join(", ");
}

/** Wires the filter form; onFilter(filters) when they change, begin(search, route) as panels has it. fill(filters) shows others. */
export function makeFilters({ onFilter, begin }) {
  const form = byId("filter-form");
  const fill = (filters) => { for (const name of NAMES) form.elements[name].value = filters[name] ?? ""; };
  const use = (filters, route = null) => {
    begin(writeFilters(filters), route);
    onFilter(filters);
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); use(readFilters(new URLSearchParams(new FormData(form))), ABOUT); });
  byId("filter-clear").addEventListener("click", () => { fill({}); use({}, ABOUT); });
  byId("filter-drop").addEventListener("click", () => { fill({}); use({}); byId("tool-filter").focus(); });
  fill(readFilters(location.search));
  return { fill };
}
