/** Ticks in a long list: all at once or none, and how many there are. Without it the button asks the server for the same. */

import { all, one } from "#lib/dom";

const button = one("[data-tick-all]");
const boxes = button ? all('input[name="ids"]', button.form) : [];

function count() {
  const ticked = boxes.filter((box) => box.checked).length;
  const said = one("[data-ticked]");
  said.textContent = ticked ? said.dataset.ticked.replace("{n}", ticked) : "";
  return ticked;
}

if (button) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const isEvery = count() === boxes.length;
    for (const box of boxes) box.checked = !isEvery;
    count();
  });
  button.form.addEventListener("change", count);
  count();
}
