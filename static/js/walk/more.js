/** Ready for no network, the looks, and leaving the walk. */

import { all, byId, one } from "#lib/dom";
import { t, tn } from "#lib/text";
import { API, sendBlob } from "#net/api";
import { dropDraft } from "#offline/drafts";
import { dropPrepared, isPrepared, prepareWalk, walkSize } from "#walk/prepare";
import { countStates } from "#walk/states";
import { dropSettings, wipeWalk } from "#walk/store";
import { sayMegabytes } from "#walk/words";

/** {show(), prepare()}; `walk` has records() and stop(). */
export function startMore(page, walk) {
  const ready = byId("ready");
  let isAtWork = false;

  function say(words, kind = "") {
    ready.textContent = words;
    ready.dataset.kind = kind;
    if (kind) walk.readied();
  }

  /** Puts everything aside if there is a network, and says how that went in any case. */
  async function prepare() {
    if (isAtWork) return;
    isAtWork = true;
    try {
      if (!navigator.serviceWorker || !globalThis.caches) { say(t("Den här webbläsaren kan inte öppna sidan utan nät. Låt den vara öppen under hela vandringen."), "failed"); return; }
      await navigator.storage?.persist?.().catch(() => false); // the phone may then not clear it when it needs room
      const { bytes, missing } = await prepareWalk(page, (done, all) => say(t("Förbereder: {done} av {all}", { done, all })));
      if (!missing) say(t("Redo att gå offline. {size} i telefonen.", { size: sayMegabytes(bytes) }), "received");
      else if (await isPrepared(page.slug)) say(t("Redo att gå offline. {size} i telefonen.", { size: sayMegabytes(await walkSize(page.slug)) }), "received");
      else say(tn("Inte redo: {n} fil saknas. Hämta igen när du har nät.", "Inte redo: {n} filer saknas. Hämta igen när du har nät.", missing), "failed");
    } catch (error) {
      say(error?.name === "QuotaExceededError"
        ? t("Inte redo: telefonens lagring är full. Frigör plats och hämta igen. Det går att registrera ändå, så länge sidan är öppen.")
        : t("Inte redo att gå offline. Låt sidan vara öppen under vandringen, eller hämta igen."), "failed");
    } finally {
      isAtWork = false;
    }
  }

  async function ask() {
    const { waiting, failed, photos, removals } = countStates(await walk.records());
    const unsent = waiting + failed;
    byId("leave-words").textContent = unsent
      ? tn("{n} iakttagelse är inte mottagen av servern ({photos} foton). Lämnar du nu försvinner den.", "{n} iakttagelser är inte mottagna av servern ({photos} foton). Lämnar du nu försvinner de.", unsent, { photos })
      : removals ? "" : t("Allt är mottaget av servern. Lämnar du tas vandringen bort ur telefonen.");
    if (removals) byId("leave-words").append(" ", tn("{n} borttagning är inte skickad än.", "{n} borttagningar är inte skickade än.", removals));
    if (walk.isWayUnsent()) byId("leave-words").append(" ", t("Vägen ni gick är inte heller skickad."));
    byId("leave-ask").hidden = false;
    byId("leave-not").focus();
  }

  async function leave() {
    await walk.stop();
    await wipeWalk(page.slug);
    await dropDraft(`walk:${page.slug}`);
    await dropPrepared(page.slug);
    dropSettings(page.slug);
    await sendBlob(`${API}/walks/${encodeURIComponent(page.slug)}/device`, null, { method: "DELETE" }).catch(() => undefined);
    location.replace("/w");
  }

  function nameTheme() {
    const words = one("[data-theme-text]");
    words.textContent = document.documentElement.dataset.theme === "dark" ? words.dataset.toLight : words.dataset.toDark;
  }

  byId("prepare").addEventListener("click", prepare);
  byId("theme").addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("walk-theme", theme); } catch { /* it then lasts as long as the page */ }
    nameTheme();
  });
  nameTheme();
  // The way to another language goes over the server; without it, one would be thrown out of the walk.
  for (const link of all("[hreflang]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const answer = await fetch(link.href, { redirect: "manual" }).catch(() => null);
      if (answer?.type === "opaqueredirect") location.reload();
      else byId("language-words").textContent = t("Språket går att byta när det finns nät.");
    });
  }
  byId("leave").addEventListener("click", ask);
  byId("leave-not").addEventListener("click", () => { byId("leave-ask").hidden = true; byId("leave").focus(); });
  byId("leave-sure").addEventListener("click", leave);
  return { prepare, readiness: () => ready.dataset.kind ?? "", show: () => { byId("leave-ask").hidden = true; } };
}
