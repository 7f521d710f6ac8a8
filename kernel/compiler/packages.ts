/** Finds the packages that the compiler of cells uses; in a browser, `kernel/browser/packages.ts` stands in for this file. */
import Module from "node:module";
import { dirname } from "node:path";

/**
 * Loads tslab's converter.
 *
 * @param fork what it gets for the package `@tslab/typescript-for-tslab`
 */
export function loadConverter(fork: object): unknown {
  const tslabFolder = dirname(require.resolve("tslab/package.json"));
  const path = require.resolve("@tslab/typescript-for-tslab", { paths: [tslabFolder] });
  const standIn = new Module(path);
  standIn.filename = path;
  standIn.exports = fork;
  standIn.loaded = true;
  require.cache[path] = standIn as NodeJS.Module;
  // The converter is reloaded, because it keeps a reference to the fork.
  delete require.cache[require.resolve("tslab/dist/converter")];
  return require("tslab/dist/converter");
}

/** Returns the `@types` folder with the kernel's own declarations of Node, wherever the notebook lies. */
export function nodeTypeRoot(): string {
  return dirname(dirname(require.resolve("@types/node/package.json")));
}
