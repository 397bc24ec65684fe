/** The walk in the phone's own storage (IndexedDB): observations, their photos and the way that was gone, written before anything is sent. */

const NAME = "mapdialog-walks";
const STORES = ["observations", "photos", "tracks"];
let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) {
        request.result.createObjectStore("observations", { keyPath: "client_id" });
        request.result.createObjectStore("photos", { keyPath: "client_id" }).createIndex("observation", "observation");
      }
      request.result.createObjectStore("tracks", { keyPath: "client_id" });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = undefined; };
      request.result.onclose = () => { opening = undefined; };
      resolve(request.result);
    };
    request.onerror = () => { opening = undefined; reject(request.error); };
  });
  return opening;
}

/** Runs work(stores, done) in one transaction that is on disk when this resolves with what was given to done(). */
async function run(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORES, mode, { durability: "strict" });
    let result;
    const done = (value) => { result = value; };
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    transaction.onerror = () => undefined; // the abort that follows tells
    work(Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])), done);
  });
}

/** Writes an observation and new photos [{client_id, blob}] together: both or neither. Rejects with QuotaExceededError when the phone is full. */
export function saveObservation(record, photos = []) {
  return run("readwrite", (stores) => {
    stores.observations.put(record);
    for (const { client_id: clientId, blob } of photos) stores.photos.put({ client_id: clientId, observation: record.client_id, slug: record.slug, blob });
  });
}

/** Changes the observation as it is now, so that the sender and the person never write over each other; resolves with it, or undefined. */
export function changeObservation(clientId, change) {
  return run("readwrite", (stores, done) => {
    const asked = stores.observations.get(clientId);
    asked.onsuccess = () => {
      if (!asked.result) return;
      const next = change(asked.result);
      stores.observations.put(next);
      done(next);
    };
  });
}

/** Every observation of a walk, the latest saved first. */
export async function listObservations(slug) {
  const found = await run("readonly", (stores, done) => { stores.observations.getAll().onsuccess = (event) => done(event.target.result); });
  return found.filter((record) => record.slug === slug).sort((a, b) => (a.body.observed_at < b.body.observed_at ? 1 : -1));
}

export const findObservation = (clientId) => run("readonly", (stores, done) => { stores.observations.get(clientId).onsuccess = (event) => done(event.target.result); });
export const findPhoto = (clientId) => run("readonly", (stores, done) => { stores.photos.get(clientId).onsuccess = (event) => done(event.target.result); });
export const removePhoto = (clientId) => run("readwrite", (stores) => { stores.photos.delete(clientId); });

/** The latest way that was recorded on a walk, or undefined. */
export async function findTrack(slug) {
  const found = await run("readonly", (stores, done) => { stores.tracks.getAll().onsuccess = (event) => done(event.target.result); });
  return found.filter((track) => track.slug === slug).sort((a, b) => (a.started_at < b.started_at ? 1 : -1))[0];
}

export const saveTrack = (track) => run("readwrite", (stores) => { stores.tracks.put(track); });
export const removeTrack = (clientId) => run("readwrite", (stores) => { stores.tracks.delete(clientId); });

/** Takes everything of a walk out of the phone. */
export function wipeWalk(slug) {
  return run("readwrite", (stores) => {
    for (const store of Object.values(stores)) {
      store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        if (cursor.value.slug === slug) cursor.delete();
        cursor.continue();
      };
    }
  });
}

const unkept = {};
const settingsKey = (slug) => `walk-${slug}`;

/** Small choices that last between observations: group, stop, light. */
export function readSettings(slug) {
  try { return { ...JSON.parse(localStorage.getItem(settingsKey(slug))), ...unkept[slug] }; } catch { return { ...unkept[slug] }; }
}

export function keepSettings(slug, values) {
  const next = { ...readSettings(slug), ...values };
  try {
    localStorage.setItem(settingsKey(slug), JSON.stringify(next));
    delete unkept[slug];
  } catch {
    unkept[slug] = next; // then they last as long as the page
  }
}

export function dropSettings(slug) {
  delete unkept[slug];
  try { localStorage.removeItem(settingsKey(slug)); } catch { /* nothing was kept */ }
}
