/**
 * Resolves the imports of cells: from the notebook's folder first, then from the package that holds the kernel, so that
 * `smooth-edges` and its dependencies type-check in a notebook anywhere.
 */
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { ModuleVersions } from "./declarations/module-versions";
import { asLocal } from "./local-source";
import type { NodeDeclarations } from "./node-declarations";
import { holdsEarlierCells, isVirtualFile } from "./virtual-files";

type ResolveLiterals = NonNullable<ts.CompilerHost["resolveModuleNameLiterals"]>;

/** A path inside this package, from which its own name and its dependencies resolve; the file need not exist. */
export const INSIDE_PACKAGE: string = join(__dirname, "cell.ts");

/**
 * Makes the module resolver of the converter's compiler host.
 *
 * @param system the converter's view of the disk
 * @param cache for all files but cells: a cell must find a package that was installed since the last try
 * @param node declarations of Node, whose imports from packages are postponed until something needs their types
 * @param versions of local modules, which declarations of cells and of other versions name
 */
export function resolveModuleForCell(
  system: ts.System,
  cache: ts.ModuleResolutionCache,
  node: NodeDeclarations,
  versions: ModuleVersions,
): ResolveLiterals {
  const currentFolder = system.getCurrentDirectory().replace(/\\/g, "/");
  return (literals, containingFile, redirected, options, sourceFile) => {
    const isCell = isVirtualFile(containingFile) && dirname(containingFile) === currentFolder;
    const namesVersions = holdsEarlierCells(containingFile) || versions.read(containingFile) !== undefined;
    return literals.map((literal) => {
      // Node's modules are declared by name; a search would go through every folder above.
      if (isBuiltin(literal.text)) return { resolvedModule: undefined };
      const version = namesVersions ? versions.resolve(literal.text) : undefined;
      if (version) return { resolvedModule: version };
      const mode = ts.getModeForUsageLocation(sourceFile, literal, options);
      const found = ts.resolveModuleName(
        literal.text,
        containingFile,
        options,
        system,
        isCell ? undefined : cache,
        redirected,
        mode,
      );
      if (found.resolvedModule && node.includes(containingFile)) {
        node.postpone(literal.text, found.resolvedModule.resolvedFileName);
        return { resolvedModule: undefined };
      }
      if (found.resolvedModule) return asLocal(found, literal.text, system);
      if (!isCell) return found;
      return ts.resolveModuleName(literal.text, INSIDE_PACKAGE, options, system, undefined, redirected, mode);
    });
  };
}
