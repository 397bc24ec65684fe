/** Which panel the sheet shows, kept in the address and the history, so that back and reload do what one expects. */

import { all, byId, one } from "#lib/dom";

const STEPS = ["place", "view", "contact", "review"];

/** {panel, …} from the part of an address after #. */
export function readHash(hash) {
  const text = decodeURIComponent(hash.replace(/^#/, ""));
  const step = /^steg-([1-4])$/.exec(text);
  if (step) return { panel: "form", step: STEPS[step[1] - 1] };
  if (text.startsWith("synpunkt-")) return { panel: "card", receipt: text.slice("synpunkt-".length) };
  if (text.startsWith("queued=")) return { panel: "form", step: "review", queued: text.slice("queued=".length) };
  if (text === "filter" || text === "tack") return { panel: text === "tack" ? "done" : text };
  return { panel: "about" };
}

/** The part of an address after # for a route. */
export function writeHash({ panel, step, receipt }) {
  if (panel === "form") return `#steg-${STEPS.indexOf(step) + 1}`;
  if (panel === "card") return `#synpunkt-${encodeURIComponent(receipt)}`;
  return { filter: "#filter", done: "#tack" }[panel] ?? "";
}

/** Wires the panels; onShow(route) draws one and may answer the element to focus; onMove() when the browser went back or forth. */
export function makePanels({ onShow, onMove = () => {} }) {
  let current = { panel: "about" };
  const depth = () => history.state?.depth ?? 0;

  async function show(route, { focus = true } = {}) {
    current = route;
    for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== route.panel;
    byId("sheet-body").scrollTop = 0;
    const target = (await onShow(route)) ?? one(`[data-panel="${route.panel}"] h2`);
    if (focus && current === route) target?.focus({ preventScroll: true });
  }

  function go(route, { replace = false } = {}) {
    const address = location.pathname + location.search + writeHash(route);
    if (replace) history.replaceState({ depth: depth() }, "", address);
    else history.pushState({ depth: depth() + 1 }, "", address);
    return show(route);
  }

  /** Another query, such as a filter, begins anew: what is opened from here closes to here, and back leads to the query before. */
  function begin(search, route = null) {
    const address = location.pathname + search + (route ? writeHash(route) : location.hash);
    if (route) history.replaceState({ depth: 0 }, "", address); // the panel where it was chosen is done with
    else history.pushState({ depth: 0 }, "", address);
    return route ? show(route) : null;
  }

  /** Back to the first panel, leaving the steps behind in the history. */
  function close() {
    if (depth() > 0) history.go(-depth());
    else go({ panel: "about" }, { replace: true });
  }

  addEventListener("popstate", () => { onMove(); show(readHash(location.hash)); });
  document.addEventListener("click", (event) => event.target.closest("[data-close]") && close());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && current.panel !== "about" && !one("details.menu[open]")) close();
  });
  return { go, begin, close, start: () => show(readHash(location.hash), { focus: location.hash !== "" }), get current() { return current; } };
}
