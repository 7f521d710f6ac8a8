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

/**
 * Returns the folder with the kernel's own declarations of the running Node, wherever the notebook lies.
 *
 * @param node the major version of the Node that runs cells
 */
export function nodeTypeRoot(node: number = Number(process.versions.node.split(".")[0])): string {
  return dirname(dirname(nodeTypes(node)));
}

/** Finds the newest declarations that hold no more than a version of Node has. */
function nodeTypes(node: number): string {
  if (node >= 24) return require.resolve("@types-24/node/package.json");
  if (node >= 22) return require.resolve("@types-22/node/package.json");
  return require.resolve("@types/node/package.json");
}
