/** How long to wait before trying again. */

/** Milliseconds before try number n (from 1): 2 s doubling to 2 min, a quarter at random, or what the server asked for. */
export function waitBefore(n, retryAfterSeconds = 0, random = Math.random) {
  const base = Math.min(2000 * 2 ** (n - 1), 120_000);
  return Math.max(retryAfterSeconds * 1000, base * (0.75 + random() * 0.25));
}
