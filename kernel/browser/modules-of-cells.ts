/**
 * The modules that cells can import in a browser: those of this package are part of the kernel, and the others are loaded, with their
 * declarations, when a cell first names one.
 */
import * as library from "smooth-edges";
import * as data from "smooth-edges/data";
import * as frame from "smooth-edges/frame";
import * as global from "smooth-edges/global";
import * as plot from "smooth-edges/plot";
import * as selection from "smooth-edges/selection";
import * as solvers from "smooth-edges/solvers";
import * as surrogate from "smooth-edges/surrogate";
import { moduleNotSent, noSuchModule } from "../errors";
import * as files from "./files";
import { addFiles } from "./files";
import * as kernel from "./notebook-api";

const MODULES: Map<string, () => object> = new Map<string, () => object>([
  ["smooth-edges", () => library],
  ["smooth-edges/data", () => data],
  ["smooth-edges/frame", () => frame],
  ["smooth-edges/global", () => global],
  ["smooth-edges/kernel", () => kernel],
  ["smooth-edges/plot", () => plot],
  ["smooth-edges/selection", () => selection],
  ["smooth-edges/solvers", () => solvers],
  ["smooth-edges/surrogate", () => surrogate],
  ["node:fs", () => files],
  // It is loaded by the first cell that imports it.
  ["danfojs-node", () => require("danfojs-node") as object],
]);

/** Modules that are loaded together, and the files that the compiler reads for them. */
interface ModulePack {
  readonly modules: Readonly<Record<string, object>>;
  readonly files: Readonly<Record<string, string>>;
}

/** The packs by the names of their modules, which the bundle makes files of. */
const PACKS: readonly { readonly names: RegExp; load(): Promise<ModulePack> }[] = [
  { names: /^(?:smooth-edges\/nn|@tensorflow\/tfjs)$/, load: () => import("networks-of-cells" as string) },
  { names: /^\.\.\/figures\//, load: () => import("figures-of-cells" as string) },
];

/** Matches the module that an import names. */
const IMPORTED = /\b(?:from|import|require)\s*\(?\s*(["'])([^"'\n]+)\1/g;

/** Loads what the imports of a cell need that is not yet there. @throws CellError where the server does not send it */
export async function loadModulesOf(code: string): Promise<void> {
  for (const [, , specifier] of code.matchAll(IMPORTED)) {
    const pack = PACKS.find(({ names }) => names.test(specifier));
    if (!pack || MODULES.has(specifier)) continue;
    const { modules, files } = await pack.load().catch((error: unknown) => {
      throw moduleNotSent(specifier, error instanceof Error ? error.message : String(error));
    });
    addFiles(files);
    for (const [name, loaded] of Object.entries(modules)) MODULES.set(name, () => loaded);
  }
}

/** The `require` of cells. @throws CellError for a module that a browser has not */
export function requireModule(specifier: string): object {
  const load = MODULES.get(specifier);
  if (!load)
    throw noSuchModule(
      specifier,
      [...MODULES.keys()].filter((name) => !name.startsWith(".")),
    );
  return load();
}
