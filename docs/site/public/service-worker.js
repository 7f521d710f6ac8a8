// Keeps the files of the playground, so that it opens and runs without a network. What the network gives comes first.

const CACHE = "playground";

/** Matches files whose names have a hash of their content, which never change. */
const UNCHANGING = /\/assets\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** Takes the lists of the files that the page needs and of those that notebooks need, and answers when the first are kept. */
self.addEventListener("message", (event) => event.waitUntil(keep(event.data, event.source)));

async function keep({ needed, later }, page) {
  const cache = await caches.open(CACHE);
  const known = (await cache.keys()).map(({ url }) => url);
  const outdated = known.filter((url) => !needed.includes(url) && !later.includes(url));
  await Promise.all(outdated.map((url) => cache.delete(url)));
  await cache.addAll(needed.filter((url) => !known.includes(url) || !UNCHANGING.test(url)));
  page.postMessage("kept");
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(
    fetch(request).then(
      (response) => {
        if (response.ok && UNCHANGING.test(request.url)) event.waitUntil(keepCopy(request, response.clone()));
        return response;
      },
      (error) => kept(request, error),
    ),
  );
});

/** Keeps what a notebook has loaded. */
async function keepCopy(request, response) {
  const cache = await caches.open(CACHE);
  await cache.put(request, response);
}

async function kept(request, error) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request, { ignoreSearch: true });
  if (!found) throw error;
  return found;
}
