/** Gives the hints of errors about packages and files in a browser, in the place of `errors/hints-of-node.ts`. */

/** Says which packages there are. */
export const PACKAGES: string =
  "a browser has smooth-edges and smooth-edges/data, frame, plot, selection, solvers and surrogate, and danfojs-node; other packages and files need Jupyter and its kernel, which npm install smooth-edges brings.";

/** Says that a module of this project is not there. */
export function hintForProject(path: string): string {
  return `${path} reads files, which a browser has not: this notebook runs in Jupyter, in a clone of the project, after npm ci && npm run build.`;
}
