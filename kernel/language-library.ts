/** TypeScript's declarations of the language, as far as the running Node has them, as one file. */
import { dirname } from "node:path";
import ts from "typescript";
import { JoinedFile } from "./joined-file";

// Internals of stock TypeScript that the public declarations leave out.
interface Internals {
  /** The names of the library's parts, those first that others build on. */
  readonly libs: readonly string[];
  readonly libMap: ReadonlyMap<string, string>;
}
const internals = ts as unknown as Internals;

/** The name of the file, in the folder of TypeScript's own. */
export const LANGUAGE_LIBRARY = "lib.cells.d.ts";

export function languageLibrary(): JoinedFile {
  const folder = dirname(ts.getDefaultLibFilePath({})).replace(/\\/g, "/");
  const names = new Set(partsFor(Number(process.versions.node.split(".")[0])));
  for (const name of names) {
    const text = ts.sys.readFile(`${folder}/${internals.libMap.get(name)}`) ?? "";
    for (const [, other] of text.matchAll(REFERENCE)) names.add(other as string);
  }
  // In the order in which a program has them, which decides between overloads.
  const parts = internals.libs.filter((name) => names.has(name));
  return new JoinedFile(
    `${folder}/${LANGUAGE_LIBRARY}`,
    parts.map((name) => `${folder}/${internals.libMap.get(name)}`),
  );
}

/** What a Node has of the language, so that a cell is not offered what then is undefined. */
function partsFor(node: number): string[] {
  if (node >= 24) return ["esnext"];
  const since22 = ["es2024", "esnext.array", "esnext.collection", "esnext.iterator"];
  return [...(node >= 22 ? since22 : ["es2023"]), "esnext.disposable", "esnext.decorators"];
}

const REFERENCE = /^\/\/\/ *<reference lib=["']([^"']+)["']/gm;
