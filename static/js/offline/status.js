/** The line that says what waits in this phone, on every citizen's page; loads the sender only when something does. */

import { byId, make } from "#lib/dom";
import { t, tn } from "#lib/text";
import { readAll, remove } from "#offline/store";

let isFollowing = false;

/** Shows the line, follows the queue and starts sending what waits. */
export async function watchQueue() {
  if (!globalThis.indexedDB) return;
  const waiting = await show().catch(() => 0);
  if (waiting) await follow();
}

/** Follows the queue from now on (the form calls it when it puts something there). */
export async function follow() {
  if (isFollowing) { await show(); return; }
  isFollowing = true;
  const [{ onQueue }, { keepSending }] = await Promise.all([import("#offline/queue"), import("#offline/sender")]);
  onQueue(show);
  await keepSending();
  await show();
}

async function show() {
  const line = byId("queue-line");
  const [queue, receipts] = await Promise.all([readAll("queue"), readAll("receipts")]);
  const waiting = queue.filter((record) => !record.problem);
  const stuck = queue.filter((record) => record.problem);
  const parts = [];
  const statements = waiting.filter(isStatement).length;
  const others = waiting.length - statements;
  if (others) parts.push(make("span", { text: tn("{n} synpunkt väntar på nät", "{n} synpunkter väntar på nät", others) }));
  if (statements) parts.push(make("span", { text: tn("{n} yttrande väntar på nät", "{n} yttranden väntar på nät", statements) }));
  for (const record of stuck) parts.push(...mend(record));
  for (const record of receipts) parts.push(...news(record));
  line?.replaceChildren(...parts);
  if (line) line.hidden = !parts.length;
  return queue.length;
}

// What is written about a plan is a statement, and the case calls it so.
const isStatement = ({ slug }) => slug.startsWith("plan:");

function mend(record) {
  const why = Object.values(record.problem.errors)[0] ?? record.problem.detail;
  return [
    make("span", { text: isStatement(record) ? t("Ett yttrande kunde inte tas emot: {why}", { why }) : t("En synpunkt kunde inte tas emot: {why}", { why }) }),
    make("a", { class: "btn btn-quiet", href: `${record.page ?? `/d/${record.slug}`}#queued=${record.client_id}`, text: t("Rätta den") }),
  ];
}

function news(record) {
  const { receipt } = record;
  return [
    make("span", { text: isStatement(record) ? t("Yttrandet är skickat. Kvittonummer {receipt}.", { receipt }) : t("Synpunkten är skickad. Kvittonummer {receipt}.", { receipt }) }),
    make("a", { class: "btn btn-quiet", href: record.edit_url, text: t("Öppna den"), onclick: () => seen(record) }),
    make("button", { class: "btn btn-quiet", type: "button", text: t("Klar"), onclick: () => seen(record).then(show) }),
  ];
}

// The personal link is not left behind in a shared computer once its owner has seen it.
const seen = (record) => remove("receipts", record.client_id);
