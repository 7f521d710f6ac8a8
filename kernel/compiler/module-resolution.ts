/**
 * Resolves the imports of cells: from the notebook's folder first, then from the package that holds the kernel, so that
 * `smooth-edges` and its dependencies type-check in a notebook anywhere.
 */
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { ModuleVersions } from "./module-versions";
import type { NodeDeclarations } from "./node-declarations";
import { holdsEarlierCells, isVirtualFile } from "./virtual-files";

type ResolveLiterals = NonNullable<ts.CompilerHost["resolveModuleNameLiterals"]>;

/** A path inside this package, from which its own name and its dependencies resolve; the file need not exist. */
export const INSIDE_PACKAGE: string = join(__dirname, "cell.ts");

/**
 * Makes the module resolver of the converter's compiler host.
 *
 * @param system the converter's view of the disk
 * @param cache for all files but cells, in which a package installed since the last try must be found
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

/**
 * Returns the path of the local module that a name means in a file. Files of declarations, which packages beside the notebook consist
 * of, are no such modules.
 */
export function localModule(
  specifier: string,
  containingFile: string,
  options: ts.CompilerOptions,
): string | undefined {
  if (isBuiltin(specifier)) return undefined;
  const found = ts.resolveModuleName(specifier, containingFile, options, ts.sys);
  const { resolvedFileName, isExternalLibraryImport } =
    asLocal(found, specifier, ts.sys).resolvedModule ?? {};
  const isLocal = !isExternalLibraryImport && !/\.d\.[cm]?ts$/.test(resolvedFileName ?? "");
  return isLocal ? resolvedFileName : undefined;
}

/** Whether a module is named by its path. */
export function isRelative(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

type Found = ts.ResolvedModuleWithFailedLookupLocations;

/**
 * Resolves symbolic links of local modules, so that one that is imported by several paths is one module, as for Node. TypeScript
 * in a linked package counts as a local module too.
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

/** For each extension of JavaScript, or none, the extensions of sources that it may mean, in TypeScript's order. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  "": [".ts", ".tsx", ".js", ".jsx"],
  ".js": [".ts", ".tsx", ".js", ".jsx"],
  ".jsx": [".tsx", ".ts", ".jsx", ".js"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};

/** Returns the source file that an import of a path means by the rules of TypeScript; undefined where there is none. */
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
