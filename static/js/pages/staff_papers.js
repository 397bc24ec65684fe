/** The papers of a walk: looks again until the protocol that is being made has come, without leaving the page. */

import { byId } from "#lib/dom";
import { fetchPage } from "#net/page";

const FIRST_MS = 1_000;
const LONGEST_MS = 10_000;

/** The part of the page that tells of it; it says itself whether it is still being made. */
const part = (page = document) => page.getElementById("published");

async function look() {
  try {
    const { answer, page } = await fetchPage(location.href);
    const now = part(page);
    if (!answer.ok || !now) return;
    const [was, is] = [part().dataset.said, now.dataset.said];
    part().replaceWith(document.adoptNode(now));
    const [head, headNow] = [byId("walk-standing"), page.getElementById("walk-standing")];
    if (head && headNow) head.replaceWith(document.adoptNode(headNow));
    if (was !== is) byId("published-said").textContent = is;
  } catch {
    // No network just now: it is looked at again.
  }
}

function wait(milliseconds) {
  if (part().dataset.state !== "making") return;
  setTimeout(async () => {
    await look();
    wait(Math.min(milliseconds * 1.4, LONGEST_MS));
  }, milliseconds);
}

wait(FIRST_MS);
