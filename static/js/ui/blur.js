/** Marks a rectangle in a photo by dragging; a plain press is left to the image button, which blurs a square. */

import { make } from "#lib/dom";

/** Watches a form with an image button named "spot". */
export function watchBlur(form) {
  const image = form.querySelector("input[type=image]");
  const box = make("div", { class: "blur-box", hidden: true });
  form.append(box);
  let start = null;
  let dragged = false;

  const at = (event) => {
    const frame = image.getBoundingClientRect();
    const part = (value, from, size) => Math.min(1, Math.max(0, (value - from) / size));
    return [part(event.clientX, frame.left, frame.width), part(event.clientY, frame.top, frame.height)];
  };

  image.addEventListener("dragstart", (event) => event.preventDefault()); // else the browser carries the picture away
  image.addEventListener("pointercancel", () => { start = null; box.hidden = true; });
  image.addEventListener("pointerdown", (event) => { start = at(event); dragged = false; image.setPointerCapture(event.pointerId); });
  image.addEventListener("pointermove", (event) => {
    if (!start) return;
    const [left, top, right, bottom] = edges(start, at(event));
    dragged = right - left > 0.02 || bottom - top > 0.02;
    box.hidden = !dragged;
    Object.assign(box.style, {
      left: `${image.offsetLeft + left * image.offsetWidth}px`, top: `${image.offsetTop + top * image.offsetHeight}px`,
      width: `${(right - left) * image.offsetWidth}px`, height: `${(bottom - top) * image.offsetHeight}px`,
    });
  });
  image.addEventListener("pointerup", (event) => {
    if (start && dragged) {
      const names = ["left", "top", "right", "bottom"];
      edges(start, at(event)).forEach((value, index) => form.append(make("input", { type: "hidden", name: names[index], value: value.toFixed(4) })));
    }
    start = null;
  });
}

const edges = ([x1, y1], [x2, y2]) => [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
