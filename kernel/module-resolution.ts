/**
 * Where the types of a cell's imports come from: the notebook's folder first, then the folder of the package
 * that holds the kernel, so that `smooth-edges` and what it depends on type-check in a notebook anywhere.
 */
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { NodeDeclarations } from "./node-declarations";

type ResolveLiterals = NonNullable<ts.CompilerHost["resolveModuleNameLiterals"]>;

/** A path inside this package, from which its own name and its dependencies resolve; no file need be there. */
export const INSIDE_PACKAGE: string = join(__dirname, "cell.ts");

/**
 * A resolver for the converter's compiler host.
 *
 * @param system the converter's view of the disk
 * @param cache for everything but cells: a package installed since the last try must be found
 * @param isMadeUp whether a file is the cell or holds declarations of earlier cells
 * @param node whose imports from packages wait until something asks for their types
 */
export function resolveModuleForCell(
  system: ts.System,
  cache: ts.ModuleResolutionCache,
  isMadeUp: (path: string) => boolean,
  node: NodeDeclarations,
): ResolveLiterals {
  const currentFolder = system.getCurrentDirectory().replace(/\\/g, "/");
  return (literals, containingFile, redirected, options, sourceFile) => {
    const isCell = isMadeUp(containingFile) && dirname(containingFile) === currentFolder;
    return literals.map((literal) => {
      // Declared by name among Node's own types, whose imports of each other would be sought in every folder above.
      if (isBuiltin(literal.text)) return { resolvedModule: undefined };
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
      if (found.resolvedModule || !isCell) return found;
      return ts.resolveModuleName(literal.text, INSIDE_PACKAGE, options, system, undefined, redirected, mode);
    });
  };
}
