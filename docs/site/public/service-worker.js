// Keeps the files of the playground, so that it opens and runs without a network. What the network gives comes first.

const CACHE = "playground";

/** Matches files whose names have a hash of their content, which never change. */
const UNCHANGING = /\/assets\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** Takes the list of the files that the page needs, and answers when all are kept. */
self.addEventListener("message", (event) => event.waitUntil(keep(event.data, event.source)));

async function keep(files, page) {
  const cache = await caches.open(CACHE);
  const known = (await cache.keys()).map(({ url }) => url);
  await Promise.all(known.filter((url) => !files.includes(url)).map((url) => cache.delete(url)));
  await cache.addAll(files.filter((url) => !known.includes(url) || !UNCHANGING.test(url)));
  page.postMessage("kept");
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(fetch(request).catch((error) => kept(request, error)));
});

async function kept(request, error) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request, { ignoreSearch: true });
  if (!found) throw error;
  return found;
}
