/** The modules that cells can import in a browser. */
import * as library from "smooth-edges";
import * as data from "smooth-edges/data";
import * as frame from "smooth-edges/frame";
import * as plot from "smooth-edges/plot";
import * as selection from "smooth-edges/selection";
import * as solvers from "smooth-edges/solvers";
import * as surrogate from "smooth-edges/surrogate";
import { noSuchModule } from "../errors";
import * as kernel from "./notebook-api";

const MODULES: ReadonlyMap<string, () => object> = new Map<string, () => object>([
  ["smooth-edges", () => library],
  ["smooth-edges/data", () => data],
  ["smooth-edges/frame", () => frame],
  ["smooth-edges/kernel", () => kernel],
  ["smooth-edges/plot", () => plot],
  ["smooth-edges/selection", () => selection],
  ["smooth-edges/solvers", () => solvers],
  ["smooth-edges/surrogate", () => surrogate],
  // It is loaded by the first cell that imports it.
  ["danfojs-node", () => require("danfojs-node") as object],
]);

/** The `require` of cells. @throws CellError for a module that a browser has not */
export function requireModule(specifier: string): object {
  const load = MODULES.get(specifier);
  if (!load) throw noSuchModule(specifier, [...MODULES.keys()]);
  return load();
}
