/** Has the hints of errors on Node, its packages and its files; in a browser, `kernel/browser/hints.ts` stands in for this file. */
import { resolve } from "node:path";

/** The runtime whose built-ins cells have. */
export const RUNTIME: string = `Node ${process.version}`;

/** Says how a package is added. */
export const PACKAGES: string =
  "packages come from npm: await sh`npm install NAME` puts one beside the notebook.";

/** Says how a module of this project, which notebooks of it import, is found. */
export function hintForProject(path: string): string {
  return `nothing lies at ${resolve(path)}: the notebooks of this project run in a clone of it, after npm ci && npm run build.`;
}
