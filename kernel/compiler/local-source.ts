/** Finds the local module, a source file of the user's, that the name of an import means. */
import { isBuiltin } from "node:module";
import ts from "typescript";

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
export function asLocal(found: Found, specifier: string, { realpath }: ts.System): Found {
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
