// Has the service worker of the site keep what the playground has loaded.
import { withBase } from "vitepress";
import kernelUrl from "./kernel.mjs?url";

/**
 * Keeps the files of the page, in browsers that can.
 *
 * @param more addresses of files that the page may load later
 * @param onKept is called when the page can be opened without a network
 */
export async function keepForOffline(more, onKept) {
  // A server without encryption may not have one, save that of this machine.
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "kept" && onKept());
  await navigator.serviceWorker.register(withBase("/service-worker.js"));
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const addresses = [location.pathname, kernelUrl, ...more, ...loaded];
  const own = addresses
    .map((address) => new URL(address, location.href))
    .filter(({ origin, protocol }) => origin === location.origin && protocol.startsWith("http"));
  active.postMessage([...new Set(own.map(({ href }) => href))]);
}
