// The service worker: answers from the phone when the network does not. It comes with the first pack that one saves.
// `SHELL` stands before these lines: {version, files, languages: {code: {page, files}}}, or null when it is to go away.
const PREFIX = "parcours-";
const NAME = SHELL && PREFIX + SHELL.version;
const PAGE = /^\/([a-z]{2})\//;

async function others() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
}

// Asked for without who one is: a page of somebody signed in is never kept.
const anonymous = (url) => new Request(url, { credentials: "omit", cache: "reload" });

async function keepLanguage(code) {
  const { page, files } = SHELL.languages[code];
  await (await caches.open(NAME)).addAll([page, ...SHELL.files, ...files].map(anonymous));
}

async function languagesKept() {
  const kept = await Promise.all(Object.entries(SHELL.languages).map(
    async ([code, { page }]) => ((await caches.match(page)) ? code : null)));
  return kept.filter(Boolean);
}

async function install() {
  if (SHELL) for (const code of await languagesKept()) await keepLanguage(code);
  await self.skipWaiting();
}

async function activate() {
  for (const name of await others()) await caches.delete(name);
  if (SHELL) await self.clients.claim();
  else await self.registration.unregister();
}

async function file(request) {
  return (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const code = PAGE.exec(new URL(request.url).pathname)?.[1];
    const kept = await languagesKept();
    const language = kept.includes(code) ? code : kept[0];
    const found = language && (await caches.match(SHELL.languages[language].page, { ignoreVary: true }));
    if (!found) throw error;
    return found;
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const [port] = event.ports;
  event.waitUntil(keepLanguage(event.data.language).then(() => port.postMessage("kept"), () => port.postMessage("failed")));
});
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (!SHELL || request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL.all.includes(url.pathname)) event.respondWith(file(request));
});
