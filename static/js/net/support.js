/** "I think so too", said and taken back. What the server has confirmed holds for the page, since a list that is on its way may be older. */

import { API, sendJson } from "#net/api";

const confirmed = new Map();

/** Says it, or takes it back; answers how many say so, or null when the server did not tell. Throws Problem. */
export async function support(receipt, { back = false } = {}) {
  const answer = await sendJson(`${API}/contributions/${encodeURIComponent(receipt)}/support`, {}, { method: back ? "DELETE" : "POST" });
  confirmed.set(receipt, !back);
  return answer?.support_count ?? null;
}

/** Does this device say so? `said` is what a list or a card told when it was read. */
export const isSupported = (receipt, said) => confirmed.get(receipt) ?? Boolean(said);
