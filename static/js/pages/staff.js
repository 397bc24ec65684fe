/** What every page for staff does: messages at the foot of the window can be closed, and stand above the bar of buttons. */

import { all, byId, one } from "#lib/dom";

const flashes = byId("flashes");

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  button.closest(".flash").remove();
  (one("[data-dismiss]", flashes) ?? byId("case") ?? byId("main")).focus({ preventScroll: true });
});

/* The bar sticks to the foot of the window, or ends above it where the page ends: the messages keep clear of it either way. */
function makeRoom() {
  if (!flashes?.firstElementChild) return;
  const bars = all(".action-bar").map((bar) => bar.getBoundingClientRect()).filter(({ width, top, bottom }) => width && bottom > innerHeight - 8 && top < innerHeight);
  flashes.style.setProperty("--bar", `${Math.max(0, ...bars.map(({ top }) => innerHeight - top))}px`);
  document.documentElement.style.setProperty("--flash-room", `${flashes.offsetHeight}px`);
}

if (flashes) {
  new ResizeObserver(makeRoom).observe(document.body);
  new MutationObserver(makeRoom).observe(flashes, { childList: true });
  for (const event of ["scroll", "change", "toggle"]) addEventListener(event, makeRoom, { passive: true, capture: true });
  makeRoom();
}
