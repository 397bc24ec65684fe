/** Recording the way the group goes: only when asked to, kept in the phone at every step, sent now and then, and honest about what was not heard. */

import { sayDistance } from "#lib/geo";
import { byId } from "#lib/dom";
import { language, t, tn } from "#lib/text";
import { uuid } from "#lib/uuid";
import { API, Problem, sendBlob, sendJson } from "#net/api";
import { findTrack, keepSettings, readSettings, removeTrack, saveTrack } from "#walk/store";
import { asSent, broken, gapsOf, goneOn, isUnsent, metresOf, newTrack, stopped, takeFix } from "#walk/track";
import { groupOf } from "#walk/which_group";

const SEND_EVERY_MS = 60_000;

/** {take(fix), stop(), isUnsent(), stretches()}; null for who may not record (participants). */
export function makeRecorder(page, position) {
  const button = byId("track-toggle");
  if (!button) return null;
  let track = null;
  let awake = null;
  let isUnkept = false;
  let isSending = false;
  const address = () => `${API}/walks/${encodeURIComponent(page.slug)}/tracks/${track.client_id}`;

  /** The track is now another one; written before anything else is done with it. */
  async function become(next) {
    // That a group stands still is not worth a write each second.
    const isNews = next?.revision !== track?.revision || next?.is_broken !== track?.is_broken || next?.is_on !== track?.is_on || next?.acked !== track?.acked || next?.problem !== track?.problem;
    track = next;
    show();
    if (!isNews || !track) return;
    try {
      await saveTrack(track);
      isUnkept = false;
    } catch {
      isUnkept = true;
    }
    show();
  }

  function take(fix) {
    if (track?.is_on && fix && document.visibilityState === "visible") become(takeFix(track, fix));
    else show();
  }

  async function begin() {
    const group = groupOf(page);
    if (group === null) { location.hash = "grupp"; return; }
    const isSame = track && track.group_id === group && !track.problem;
    if (!isSame) await send();
    position.start();
    await become(isSame ? goneOn(track) : newTrack(page.slug, uuid(), group, new Date().toISOString()));
    keepAwake();
  }

  async function end() {
    await become(stopped(track));
    keepAwake();
    send();
  }

  /** A second press takes it away, here and at the server. */
  async function drop() {
    const { dataset } = byId("track-drop");
    if (!dataset.isSure) { dataset.isSure = "yes"; show(); return; }
    delete dataset.isSure;
    try {
      if (track.revision) await sendBlob(address(), null, { method: "DELETE" });
      await removeTrack(track.client_id);
      await become(null);
      button.focus();
    } catch (error) {
      say(t("Vägen är inte borttagen. {why}", { why: error.message }), "failed");
    }
  }

  async function send() {
    if (isSending || !track || !isUnsent(track) || !navigator.onLine) return;
    isSending = true;
    const sent = track;
    try {
      const answer = await sendJson(address(), asSent(sent), { method: "PUT", headers: { "X-Sent-At": new Date().toISOString() } });
      const words = answer.is_removed ? t("Samordnaren har tagit bort vägen.") : "";
      if (track?.client_id === sent.client_id) await become({ ...(words ? stopped(track) : track), acked: sent.revision, problem: words });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!error.mayPass && error.status !== 401 && error.status !== 403 && track) await become({ ...track, problem: error.message });
    } finally {
      isSending = false;
    }
  }

  /** The screen stays on only while the way is recorded, and only for who has said so. */
  async function keepAwake() {
    const isWanted = Boolean(track?.is_on && byId("track-awake").checked && document.visibilityState === "visible");
    if (isWanted && !awake) {
      awake = await navigator.wakeLock?.request("screen").catch(() => null); // refused when the battery is low
      awake?.addEventListener("release", () => { awake = null; }, { once: true });
    }
    if (!isWanted && awake) { await awake.release().catch(() => undefined); awake = null; }
    byId("track-no-lock").hidden = Boolean(navigator.wakeLock && (awake || !isWanted));
  }

  function say(words, kind) {
    const line = byId("track-words");
    if (line.textContent !== words) line.textContent = words;
    line.dataset.kind = kind;
  }

  function show() {
    const isOn = Boolean(track?.is_on);
    const way = track?.revision ? sayDistance(metresOf(track), language()) : "";
    byId("rec").hidden = !isOn;
    byId("rec-way").textContent = way;
    byId("track-begin").hidden = isOn;
    byId("track-end").hidden = !isOn;
    byId("track-drop").hidden = isOn || !track;
    byId("track-drop").textContent = byId("track-drop").dataset.isSure ? t("Tryck igen för att ta bort vägen") : t("Ta bort vägen");
    say(...inWords(isOn, way));
  }

  function inWords(isOn, way) {
    if (!track) return [t("Vägen spelas inte in."), ""];
    if (isUnkept) return [t("Telefonens lagring är full. Vägen finns kvar så länge sidan är öppen."), "failed"];
    const gaps = gapsOf(track);
    const holes = gaps ? ` ${tn("{n} lucka.", "{n} luckor.", gaps)}` : "";
    if (isOn && !way) return [position.problem || t("Väntar på en säker plats från telefonen …"), position.problem ? "failed" : "waiting"];
    if (isOn) return [t("Spelar in: {way}.", { way }) + holes, "received"];
    if (!way) return [t("Stoppad innan telefonen hann höra någon väg."), ""];
    if (track.problem) return [t("Inspelad: {way}.", { way }) + ` ${track.problem}`, "failed"];
    return [t("Inspelad: {way}.", { way }) + holes + ` ${isUnsent(track) ? t("Väntar på att skickas.") : t("Mottagen av servern.")}`, isUnsent(track) ? "waiting" : "received"];
  }

  button.addEventListener("click", () => (track?.is_on ? end() : begin()));
  byId("track-drop").addEventListener("click", drop);
  byId("track-awake").checked = Boolean(readSettings(page.slug).awake);
  byId("track-awake").addEventListener("change", (event) => { keepSettings(page.slug, { awake: event.target.checked }); keepAwake(); });
  byId("track-awake").closest("label").hidden = !navigator.wakeLock;
  keepAwake();
  document.addEventListener("visibilitychange", () => {
    if (track?.is_on && document.visibilityState === "hidden") become(broken(track));
    else { keepAwake(); send(); }
  });
  addEventListener("online", send);
  setInterval(send, SEND_EVERY_MS);

  findTrack(page.slug).then(async (found) => {
    if (track || !found) return;
    await become(broken(found)); // between then and now nothing was heard
    if (track.is_on) { position.start(); keepAwake(); }
    send();
  }, () => undefined).finally(show);

  return { take, stop: () => (track ? become(stopped(track)) : undefined), isUnsent: () => Boolean(track && isUnsent(track)), stretches: () => track?.stretches ?? [] };
}
