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
 * @param isVirtualFile whether a file is the cell or holds declarations of earlier cells
 * @param node whose imports from packages wait until something asks for their types
 */
export function resolveModuleForCell(
  system: ts.System,
  cache: ts.ModuleResolutionCache,
  isVirtualFile: (path: string) => boolean,
  node: NodeDeclarations,
): ResolveLiterals {
  const currentFolder = system.getCurrentDirectory().replace(/\\/g, "/");
  return (literals, containingFile, redirected, options, sourceFile) => {
    const isCell = isVirtualFile(containingFile) && dirname(containingFile) === currentFolder;
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
      if (found.resolvedModule) return asLocal(found, literal.text, system);
      if (!isCell) return found;
      return ts.resolveModuleName(literal.text, INSIDE_PACKAGE, options, system, undefined, redirected, mode);
    });
  };
}

/** Whether a module is named by where it lies. */
export function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

type Found = ts.ResolvedModuleWithFailedLookupLocations;

/**
 * A local module that is imported by several paths is one module, as it is for Node. So is TypeScript of a package that is
 * linked from elsewhere: it is compiled as the notebook's own.
 */
function asLocal(found: Found, specifier: string, { realpath }: ts.System): Found {
  const { resolvedModule } = found;
  if (!resolvedModule) return found;
  const given = resolvedModule.resolvedFileName;
  const path = isRelative(specifier) ? (realpath?.(given) ?? given) : given;
  const isLinkedSource = /(?<!\.d)\.[cm]?tsx?$/.test(path) && !path.includes("/node_modules/");
  if (path === given && !isLinkedSource) return found;
  const isExternalLibraryImport = !isLinkedSource && resolvedModule.isExternalLibraryImport;
  return { ...found, resolvedModule: { ...resolvedModule, resolvedFileName: path, isExternalLibraryImport } };
}

/** Extensions of the sources that an extension of JavaScript, or none, may stand for, in TypeScript's order. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  "": [".ts", ".tsx", ".js", ".jsx"],
  ".js": [".ts", ".tsx", ".js", ".jsx"],
  ".jsx": [".tsx", ".ts", ".jsx", ".js"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};

/** The file with code that an import of a path means, by the rules of TypeScript; undefined where there is none. */
export function localSource(path: string): string | undefined {
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? "";
  const stem = path.slice(0, path.length - extension.length);
  const isNamed = /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path);
  const candidates = [
    ...(isNamed ? [path] : []),
    ...(SOURCES[extension] ?? []).map((each) => stem + each),
    ...(SOURCES[""] ?? []).map((each) => path + each),
    ...(SOURCES[""] ?? []).map((each) => `${path}/index${each}`),
  ];
  return candidates.find((candidate) => ts.sys.fileExists(candidate));
}
