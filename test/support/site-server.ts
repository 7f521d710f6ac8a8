import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { ROOT } from "./tracked-files";

/** The folder that `npm run docs` writes. */
export const SITE: string = join(ROOT, "build/site");

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** The folder of a host that the site was made for. */
export function siteBase(): string {
  const home = readFileSync(join(SITE, "index.html"), "utf8");
  return /<link rel="icon"[^>]* href="(.*?)icon\.svg"/.exec(home)?.[1] ?? "/";
}

/** Serves the site as any web server does, at its base. @param headers that it sends with each file */
export async function serveSite(headers: Readonly<Record<string, string>> = {}): Promise<Server> {
  const base = siteBase();
  const server = createServer((request, response) => {
    const { pathname } = new URL(String(request.url), "http://localhost");
    const path = normalize(decodeURIComponent(pathname)).slice(base.length);
    const file = join(SITE, path === "" || path.endsWith("/") ? `${path}index.html` : path);
    const isThere = pathname.startsWith(base) && existsSync(file) && statSync(file).isFile();
    response.writeHead(isThere ? 200 : 404, {
      "content-type": TYPES[extname(file)] ?? "text/plain",
      ...headers,
    });
    response.end(isThere ? readFileSync(file) : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
