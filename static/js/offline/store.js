/** The phone's own storage (IndexedDB): drafts, what waits to be sent, and receipts that nobody has seen yet. */

const NAME = "mapdialog";
const STORES = { drafts: "slug", queue: "client_id", receipts: "client_id" };
let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath });
    };
    request.onsuccess = () => {
      // Another tab may bring a newer layout; letting go lets it proceed.
      request.result.onversionchange = () => { request.result.close(); opening = undefined; };
      resolve(request.result);
    };
    request.onerror = () => { opening = undefined; reject(request.error); };
  });
  return opening;
}

// Pages look for this mark before they load anything of this folder, so that a first visit stays light (see pages/site.js).
function leaveMark() {
  try { localStorage.setItem("keeps", "1"); } catch { /* then nothing waits here either, or pages look anyway */ }
}

async function run(store, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}

/** One record, or undefined. */
export const read = (store, key) => run(store, "readonly", (s) => s.get(key));
/** Every record of a store. */
export const readAll = (store) => run(store, "readonly", (s) => s.getAll());
/** Writes a record; resolves when it is safely on disk. */
export function write(store, record) {
  leaveMark();
  return run(store, "readwrite", (s) => s.put(record));
}
/** Removes a record. */
export const remove = (store, key) => run(store, "readwrite", (s) => s.delete(key));
/** False in private windows and old browsers that keep nothing; then contributions are sent at once or not at all. */
export const canKeep = () => open().then(() => true, () => false);
