// Has the service worker of the site keep what the playground has loaded.
import { withBase } from "vitepress";
import kernelUrl from "./kernel.mjs?url";

/**
 * Keeps the files of the page, in browsers that can.
 *
 * @param more addresses of files that the page needs besides those that it has loaded
 * @param later addresses of files that are kept once a notebook has loaded them
 * @param onKept is called when the page can be opened without a network
 */
export async function keepForOffline(more, later, onKept) {
  // A server without encryption may not have one, save that of this machine.
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "kept" && onKept());
  await navigator.serviceWorker.register(withBase("/service-worker.js"));
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const own = (addresses) =>
    addresses
      .map((address) => new URL(address, location.href))
      .filter(({ origin, protocol }) => origin === location.origin && protocol.startsWith("http"))
      .map(({ href }) => href);
  const needed = new Set(own([location.pathname, kernelUrl, ...more, ...loaded]));
  active.postMessage({ needed: [...needed], later: own(later) });
}
