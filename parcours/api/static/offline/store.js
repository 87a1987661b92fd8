// The packs on this phone, in IndexedDB: one entry a place and language, replaced as a whole.
const opened = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("parcours", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("packs", { keyPath: "name" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

async function act(mode, verb) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const work = database.transaction("packs", mode);
      const asked = verb(work.objectStore("packs"));
      work.oncomplete = () => resolve(asked.result);
      work.onerror = work.onabort = () => reject(work.error ?? asked.error);
    });
  } finally {
    database.close();
  }
}

export const packs = () => act("readonly", (store) => store.getAll());
const keep = (pack) => act("readwrite", (store) => store.put(pack));
export const remove = (name) => act("readwrite", (store) => store.delete(name));

async function ask(url) {
  const answer = await fetch(url, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  const bytes = Number(answer.headers.get("Content-Length"));
  return { bytes, told: await answer.json() };
}

const nameOf = (area, language) => `${area}/${language}`;
const address = ({ area, language, version }) =>
  `/api/offline/${area}.json?lang=${language}${version ? `&since=${encodeURIComponent(version)}` : ""}`;

// What changed since the pack was saved: the answer, not yet kept.
export const difference = (pack) => ask(address(pack));

// The pack fetched whole, or followed by its difference, and kept.
export async function save(pack, { bytes, told } = {}) {
  if (!told) ({ bytes, told } = await ask(address(pack)));
  const records = told.whole ? {} : { ...pack.records };
  for (const id of told.gone) delete records[id];
  for (const record of told.records) records[record.id] = record;
  const kept = {
    ...pack, name: nameOf(pack.area, pack.language), head: told.head ?? pack.head, records,
    version: told.version, savedAt: told.made_at, bytes: told.whole ? bytes : pack.bytes, last: bytes,
  };
  await keep(kept);
  return kept;
}
