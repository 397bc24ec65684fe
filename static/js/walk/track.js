/** The way a group goes, made of what the phone says of its place: unsure places are left out, and what it did not hear stays a gap. Pure. */

import { roughMetres } from "#lib/geo";

export const SURE_M = 30;
const STEP_M = 5;
const NEAR_M = 25; // a group that stood still meanwhile has left no gap
const QUIET_MS = 45_000;
const FASTEST = 8 / 1000; // metres a millisecond; nobody walks so fast, but GPS jumps
export const LONGEST_MS = 4 * 3_600_000; // who forgets to stop is not followed home

/** A track: `stretches` [[[lon, lat], …], …]; `heard` the last place that was sure; `revision` counts what is new, `acked` what the server has. */
export function newTrack(slug, clientId, groupId, at) {
  return { client_id: clientId, slug, group_id: groupId, is_on: true, is_broken: true, stretches: [], heard: null, revision: 0, acked: 0, started_at: at, ended_at: at, problem: "" };
}

/** The same when nothing is heard for a while: the page was hidden, closed, or recording was stopped. */
export const broken = (track) => ({ ...track, is_broken: true });
export const stopped = (track) => ({ ...broken(track), is_on: false });
/** Gone on with after a stop, within the time that a walk may take. */
export const goneOn = (track) => ({ ...broken(track), is_on: true, problem: "" });

/** The track with one more place {position, accuracy, at (ms)}, or the same one where that adds nothing. */
export function takeFix(track, fix) {
  if (!track.is_on || !(fix.accuracy <= SURE_M) || fix.at <= (track.heard?.at ?? 0)) return track;
  if (fix.at - Date.parse(track.started_at) > LONGEST_MS) return stopped(track);
  const heard = { position: fix.position, at: fix.at };
  const moved = track.heard ? roughMetres(track.heard.position, fix.position) : Infinity;
  const waited = track.heard ? fix.at - track.heard.at : Infinity;
  const isGap = (track.is_broken || waited > QUIET_MS) && moved > NEAR_M;
  if (isGap) return grown(track, [...track.stretches.filter((stretch) => stretch.length > 1), [fix.position]], heard);
  const tail = track.stretches.at(-1).at(-1);
  if (moved > waited * FASTEST) return track;
  if (roughMetres(tail, fix.position) < Math.max(STEP_M, fix.accuracy / 2)) return { ...track, heard, is_broken: false };
  return grown(track, [...track.stretches.slice(0, -1), [...track.stretches.at(-1), fix.position]], heard);
}

function grown(track, stretches, heard) {
  const isLine = stretches.some((stretch) => stretch.length > 1);
  return { ...track, stretches, heard, is_broken: false, ended_at: new Date(heard.at).toISOString(), revision: track.revision + (isLine ? 1 : 0) };
}

/** About how many metres were walked; gaps are not. */
export const metresOf = ({ stretches }) => stretches.reduce((sum, stretch) => sum + stretch.slice(1).reduce((all, at, i) => all + roughMetres(stretch[i], at), 0), 0);

export const gapsOf = ({ stretches }) => Math.max(0, stretches.filter((stretch) => stretch.length > 1).length - 1);

/** True if the server does not have all of it. */
export const isUnsent = (track) => track.acked < track.revision && !track.problem;

/** What is sent: whole each time, to the decimetre. */
export function asSent({ revision, group_id, started_at, ended_at, stretches }) {
  const lines = stretches.filter((stretch) => stretch.length > 1);
  return { revision, group_id, started_at, ended_at, stretches: lines.map((line) => line.map((at) => at.map((number) => Math.round(number * 1e6) / 1e6))) };
}
