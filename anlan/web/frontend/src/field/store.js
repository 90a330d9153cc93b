// What the phone keeps: the report being written, and finished ones that wait for a signal.
const NAME = "anlan";
let opened;

function database() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("reports", { keyPath: "origin" });
      asked.result.createObjectStore("drafts", { keyPath: "person" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function run(store, mode, deed) {
  const db = await database();
  return new Promise((done, fail) => {
    const work = db.transaction(store, mode);
    const asked = deed(work.objectStore(store));
    // Written means committed: only then may the form be cleared.
    work.oncomplete = () => done(asked?.result);
    work.onerror = work.onabort = () => fail(work.error);
  });
}

export const put = (store, value) => run(store, "readwrite", (s) => s.put(value));
export const get = (store, key) => run(store, "readonly", (s) => s.get(key));
export const all = (store) => run(store, "readonly", (s) => s.getAll());
export const remove = (store, key) => run(store, "readwrite", (s) => s.delete(key));
