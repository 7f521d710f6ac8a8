/** The packages of the compiler in a browser, where the bundle of the kernel has them in it: stands in for `compiler/packages.ts`. */

/** What the bundle gives tslab's converter for the package `@tslab/typescript-for-tslab`. */
export let fork: object | undefined;

/** Loads tslab's converter, for which the first `own` remains the fork. */
export function loadConverter(own: object): unknown {
  fork ??= own;
  return require("tslab/dist/converter");
}

/** Returns the folder with the declarations of a worker's globals, which lie where those of Node do elsewhere. */
export function nodeTypeRoot(): string {
  return "/node_modules/@types";
}
