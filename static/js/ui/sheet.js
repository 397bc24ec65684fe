/** The bottom sheet: peek, half, full; by its button, by arrow keys and by dragging. On wide windows CSS makes it a side panel. */

import { byId, one } from "#lib/dom";

export const HEIGHTS = ["peek", "half", "full"];

/** The height whose pixels lie nearest, leaning the way the finger was going (velocity in px/ms, upwards positive). */
export function nearestHeight(pixels, velocity, stops) {
  const aimed = pixels + velocity * 180;
  return Object.entries(stops).reduce((best, [name, stop]) => (Math.abs(stop - aimed) < Math.abs(stops[best] - aimed) ? name : best), HEIGHTS[0]);
}

/** Wires the sheet; onChange(height) is called when it changes. */
export function makeSheet({ onChange = () => {} } = {}) {
  const sheet = byId("sheet");
  const button = byId("sheet-more");
  const words = one(".visually-hidden", button);

  function set(height) {
    sheet.dataset.height = height;
    sheet.style.removeProperty("height");
    const less = height === "full";
    words.textContent = less ? button.dataset.less : button.dataset.more;
    button.setAttribute("aria-expanded", String(height !== "peek"));
    onChange(height);
  }

  const step = (by) => set(HEIGHTS[Math.max(0, Math.min(2, HEIGHTS.indexOf(sheet.dataset.height) + by))]);
  button.addEventListener("click", () => (sheet.dataset.height === "full" ? set("peek") : step(1)));
  button.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by) { event.preventDefault(); step(by); }
  });
  makeDraggable(sheet, byId("sheet-handle"), set);
  // The map's tools sit just above the sheet, wherever it is.
  new ResizeObserver(() => sheet.parentElement.style.setProperty("--sheet-top", `${sheet.offsetHeight}px`)).observe(sheet);
  set(sheet.dataset.height);
  return { set, get height() { return sheet.dataset.height; }, get pixels() { return matchMedia("(min-width: 56rem)").matches ? 0 : sheet.offsetHeight; } };
}

function makeDraggable(sheet, handle, set) {
  let from = null;
  handle.addEventListener("pointerdown", (event) => {
    from = { y: event.clientY, height: sheet.offsetHeight, lastY: event.clientY, lastAt: event.timeStamp, velocity: 0, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const by = from.y - event.clientY;
    if (!from.moved && Math.abs(by) < 6) return;
    from.moved = true;
    sheet.classList.add("is-dragging");
    from.velocity = (from.lastY - event.clientY) / Math.max(1, event.timeStamp - from.lastAt);
    Object.assign(from, { lastY: event.clientY, lastAt: event.timeStamp });
    sheet.style.height = `${Math.max(120, Math.min(sheet.parentElement.offsetHeight - 8, from.height + by))}px`;
  });
  const end = () => {
    if (!from) return;
    const { moved, velocity } = from;
    from = null;
    sheet.classList.remove("is-dragging");
    if (!moved) return;
    const whole = sheet.parentElement.offsetHeight;
    const pixels = sheet.offsetHeight;
    set(nearestHeight(pixels, velocity, { peek: 280, half: whole * 0.58, full: whole - 8 }));
    // The click that ends a drag is not a press on the button.
    addEventListener("click", (event) => handle.contains(event.target) && event.stopPropagation(), { capture: true, once: true });
  };
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}
