// Wraps the service worker of JupyterLite, so that a site which was visited opens and runs without a network. What the network gives
// comes first.
{
  /** The cache, into which extension.ts puts what was loaded before this worker started. */
  const CACHE = "smooth-edges";

  /** Matches what JupyterLite's own service worker answers. */
  const OWN = /\/api\/(drive|stdin|service-worker-heartbeat)/;

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin || OWN.test(pathname)) return;
    event.stopImmediatePropagation();
    event.respondWith(
      fetch(request).then(
        (response) => {
          if (response.status === 200) event.waitUntil(keep(request, response.clone()));
          return response;
        },
        (error) => kept(request, error),
      ),
    );
  });

  const keep = async (request, response) => (await caches.open(CACHE)).put(request, response);

  const kept = async (request, error) => {
    const found = await (await caches.open(CACHE)).match(request, { ignoreSearch: true });
    if (!found) throw error;
    return found;
  };
}
importScripts("./jupyterlite-service-worker.js");
