/** What every page for staff does: messages at the foot of the window can be closed, and stand above the bar of buttons. */

import { all, byId, one } from "#lib/dom";

const GAP = 24; // what may lie between a message and a bar, or one beside the other
const flashes = byId("flashes");

for (const bar of [".staff-nav", ".staff-tabs"]) one(`${bar} [aria-current]`)?.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  button.closest(".flash").remove();
  (one("[data-dismiss]", flashes) ?? byId("case") ?? byId("main")).focus({ preventScroll: true });
});

/* Who chooses or writes for the next decision has read what was done: the message gives way to the form it may lie on. */
document.addEventListener("input", ({ target }) => { if (target.closest(".case-decisions form")) flashes?.replaceChildren(); });

/* Bars of buttons stick to the foot of the window or lie further up: the messages stand above one that they would cover. */
function makeRoom() {
  if (!flashes?.firstElementChild) return;
  const { left, right, height } = flashes.getBoundingClientRect();
  const from = innerHeight - height - 2 * GAP;
  const covered = all(".action-bar").map((bar) => bar.getBoundingClientRect())
    .filter((bar) => bar.width && bar.top < innerHeight && bar.bottom > from && bar.right > left + GAP && bar.left < right - GAP);
  flashes.style.setProperty("--bar", `${Math.max(0, ...covered.map(({ top }) => innerHeight - top))}px`);
  document.documentElement.style.setProperty("--flash-room", `${height}px`);
}

if (flashes) {
  new ResizeObserver(makeRoom).observe(document.body);
  new MutationObserver(makeRoom).observe(flashes, { childList: true });
  for (const event of ["scroll", "change", "toggle"]) addEventListener(event, makeRoom, { passive: true, capture: true });
  makeRoom();
}
