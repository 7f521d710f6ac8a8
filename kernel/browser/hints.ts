/** Gives the hints of errors about packages and files in a browser, in the place of `errors/hints-of-node.ts`. */

/** The runtime whose built-ins cells have. */
export const RUNTIME: string = "a worker of this browser";

/** Says which packages there are. */
export const PACKAGES: string =
  "a browser has smooth-edges with all its entries, @tensorflow/tfjs and danfojs-node; other packages and files need the kernel for Jupyter; the page Get started says how to install it.";

/** Says that a module of this project is not there. */
export function hintForProject(path: string): string {
  return `${path} is none of the modules that notebooks of this project import, which alone a browser has; a clone of the project has all of them, after npm ci && npm run build.`;
}
