/** Dates as people say them, in Stockholm's time. */

import { language } from "#lib/text";

const locale = () => (language() === "en" ? "en-GB" : "sv-SE");

/** "15 december 2026" for an ISO time; empty for nothing or nonsense. */
export function longDate(iso) {
  const moment = new Date(iso ?? NaN);
  if (Number.isNaN(moment.getTime())) return "";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "Europe/Stockholm" }).format(moment);
}

/** "15 december 2026 kl. 14.32" for an ISO time, as every other page says it. */
export function longTime(iso) {
  const moment = new Date(iso ?? NaN);
  if (Number.isNaN(moment.getTime())) return "";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Stockholm" }).format(moment).replace(/(\d):(\d\d)$/, language() === "en" ? "$&" : "$1.$2");
}
