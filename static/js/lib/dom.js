/** Small ways to reach and make elements. Text always goes in as text, so nothing a citizen wrote is read as HTML. */

export const byId = (id) => document.getElementById(id);
export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** A new element: attributes as given ("text" is its text, on… are listeners), then children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** JSON that the server wrote into the page. */
export function readIsland(id) {
  const element = byId(id);
  return element ? JSON.parse(element.textContent) : null;
}

/** Calls fn once things have been quiet for some milliseconds. */
export function afterQuiet(fn, milliseconds) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => fn(...values), milliseconds);
  };
}

/** An inline copy of an icon that the page already shows somewhere, or nothing. */
export function pinIcon(key, className = "chip-pin") {
  const holder = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  holder.setAttribute("class", className);
  holder.setAttribute("viewBox", "0 0 36 45");
  holder.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#pin-${key}`);
  holder.append(use);
  return holder;
}

/** Shows or clears the error line of a field and ties it to the field for screen readers. */
export function fieldError(form, name, words) {
  const line = one(`[data-error-for="${name}"]`, form);
  if (!line) return;
  line.textContent = words ?? "";
  line.hidden = !words;
  line.id ||= `error-${name}`;
  line.closest(".field")?.classList.toggle("field-error", Boolean(words));
  for (const input of all(`[name="${name}"]`, form)) {
    input.toggleAttribute("aria-invalid", Boolean(words));
    if (words) input.setAttribute("aria-invalid", "true");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== line.id);
    if (words) described.push(line.id);
    if (described.length) input.setAttribute("aria-describedby", described.join(" "));
    else input.removeAttribute("aria-describedby");
  }
}

/** True if this browser may have kept a draft or something to send (offline/store.js leaves the mark). */
export function mayHaveKept() {
  try { return localStorage.getItem("keeps") !== null; } catch { return Boolean(globalThis.indexedDB); }
}
