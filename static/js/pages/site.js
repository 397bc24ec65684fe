/** What every page does: theme, focus on errors, the line of what waits, and the offline shell. */

import { all, byId, mayHaveKept, one } from "#lib/dom";

const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);

function nameSwitches() {
  for (const button of all("[data-theme-switch]")) {
    one("[data-theme-text]", button).textContent = isDark() ? button.dataset.toLight : button.dataset.toDark;
  }
}

for (const button of all("[data-theme-switch]")) {
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* the choice then lasts as long as the page */ }
    nameSwitches();
  });
}
nameSwitches();
prefersDark.addEventListener("change", nameSwitches);

one("[data-focus]")?.focus();

// Another language opens the same place: the same filters, and the same step or pin (the part after #, which the server never sees).
for (const link of all('a[hreflang][href*="next="]')) {
  link.addEventListener("click", () => {
    const url = new URL(link.href);
    url.searchParams.set("next", location.pathname + location.search);
    url.hash = location.hash;
    link.href = url.href;
  });
}

// A menu closes when one clicks outside it or presses Escape.
document.addEventListener("click", (event) => all("details.menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && one("details.menu[open]");
  if (menu) { menu.open = false; one("summary", menu).focus(); }
});

if (byId("queue-line") && mayHaveKept() && !document.body.classList.contains("staff")) {
  import("#offline/status").then(({ watchQueue }) => watchQueue());
}

// The shell is put aside for lost networks as soon as the page itself has loaded and has nothing else to do.
if ("serviceWorker" in navigator && !document.body.classList.contains("staff")) {
  const keep = () => import("#offline/shell").then(({ keepShell }) => keepShell()).catch(() => undefined); // without a network there is nothing to put aside
  const whenIdle = () => (globalThis.requestIdleCallback ? requestIdleCallback(keep, { timeout: 1000 }) : setTimeout(keep, 300));
  if (document.readyState === "complete") whenIdle();
  else addEventListener("load", whenIdle, { once: true });
}
