/**
 * What is left of Node's global `process` in a browser, in the code of the kernel and not in that of cells. The language is that of
 * Node 22, which current browsers have.
 */
export const process = {
  version: "v22.0.0",
  versions: { node: "22.0.0" },
  env: {},
  cwd: (): string => "/notebook",
};
