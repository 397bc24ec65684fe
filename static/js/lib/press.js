/** Keeps things where they are while somebody presses them: an answer that comes meanwhile is shown when the press is over. */

const CLICK_COMES_MS = 120; // on a touch screen the click comes a little after the finger has left
const waiting = [];
let isPressed = false;
let timer = 0;

function release(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    isPressed = false;
    for (const show of waiting.splice(0)) show();
  }, milliseconds);
}

const on = (event, listen) => globalThis.addEventListener?.(event, listen, { capture: true });
on("pointerdown", () => { clearTimeout(timer); isPressed = true; });
for (const end of ["pointerup", "pointercancel"]) on(end, () => release(CLICK_COMES_MS));
on("click", () => isPressed && release(0));
on("blur", (event) => event.target === globalThis && isPressed && release(0)); // to another window, where it may be let go

/** Calls show now, or once what is being pressed has been clicked. For what makes a page longer or puts other rows in a list. */
export function whenReleased(show) {
  if (isPressed) waiting.push(show);
  else show();
}
