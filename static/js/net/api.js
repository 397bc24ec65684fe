/** Calls to /api/v1: JSON out and in, and every failure as one Problem that knows whether trying again may help. */

import { t } from "#lib/text";

export const API = "/api/v1";
const PATIENCE_MS = 25_000;
const SLOWEST = 3; // bytes a millisecond: a file on the edge of coverage comes through in the end

/** What went wrong: status 0 means that no answer came. `errors` maps a field to its words. */
export class Problem extends Error {
  constructor(status, detail, { errors = {}, retryAfter = 0, body = {} } = {}) {
    super(detail);
    Object.assign(this, { status, errors, retryAfter, body });
  }

  /** True if the same thing sent later may be accepted. */
  get mayPass() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** The parsed answer of a GET; throws Problem. */
export function getJson(path, { signal } = {}) {
  return call(path, { signal });
}

/** The parsed answer of a request with a JSON body; throws Problem. */
export function sendJson(path, body, { method = "POST", headers = {} } = {}) {
  return call(path, { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
}

/** The parsed answer of a request with a form (files); throws Problem. */
export function sendForm(path, form, headers = {}) {
  return call(path, { method: "POST", headers, body: form, patience: PATIENCE_MS * 4 });
}

/** The parsed answer of a request whose body is a file as it is, or nothing; throws Problem. */
export function sendBlob(path, blob, { method = "PUT", headers = {} } = {}) {
  const kind = blob ? { "Content-Type": blob.type || "application/octet-stream" } : {};
  return call(path, { method, headers: { ...kind, ...headers }, body: blob ?? undefined, patience: PATIENCE_MS * 4 + (blob?.size ?? 0) / SLOWEST });
}

async function call(path, { patience = PATIENCE_MS, signal, headers, ...options }) {
  const timer = AbortSignal.timeout?.(patience);
  const stop = signal && timer && AbortSignal.any ? AbortSignal.any([signal, timer]) : signal ?? timer;
  let response;
  try {
    response = await fetch(path, { ...options, signal: stop, headers: { Accept: "application/json", ...headers }, credentials: "same-origin" });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, t("Det gick inte att nå kommunens server."));
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => null);
  if (signal?.aborted) throw new DOMException("", "AbortError");
  if (response.ok && body) return body;
  if (response.ok) throw new Problem(0, t("Det gick inte att nå kommunens server.")); // the answer was cut short
  const said = body ?? {};
  const errors = Object.fromEntries((said.errors ?? []).map((one) => [one.field, one.detail]));
  throw new Problem(response.status, said.detail || said.title || t("Något gick fel. Försök igen om en stund."),
    { errors, body: said, retryAfter: Number(response.headers.get("Retry-After")) || 0 });
}
