/** Keys of one letter that never act as part of a word: what decides does so only when its letter stands alone. */

export const BEFORE_MS = 500;
export const AFTER_MS = 300;

/**
 * Gives press(key, acts): call it for every letter typed, in a field too, with acts false where it must not act.
 * kinds: { letter: "moves" (always) | "opens" (not after another letter) | "decides" (neither after nor before one) }.
 * act(letter) does the deed; quiet(isQuiet) hears whether a letter typed now would stand alone.
 */
export function makeKeys(kinds, act, quiet = () => undefined, { clock = () => performance.now(), later = setTimeout, never = clearTimeout } = {}) {
  let last = -Infinity;
  let lastMoved = false;
  let deciding;
  let resting;

  function hush() {
    never(deciding);
    deciding = undefined;
  }

  function press(key, acts = true) {
    hush();
    const alone = clock() - last >= BEFORE_MS;
    const kind = acts ? kinds[key] : undefined;
    if (kind === "moves" || (kind === "opens" && (alone || lastMoved))) act(key);
    if (kind === "decides" && alone) deciding = later(() => act(key), AFTER_MS);
    last = clock();
    lastMoved = kind === "moves";
    never(resting);
    quiet(false);
    resting = later(() => quiet(true), BEFORE_MS);
  }

  return { press, hush };
}
