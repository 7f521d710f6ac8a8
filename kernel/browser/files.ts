/**
 * The files that the compiler reads in a browser, all in memory: the library's declarations, those of the language and those of a
 * worker's globals. The bundle of the kernel has their texts in it.
 */
import ts from "typescript";

/** The texts by their paths, which the bundle puts in. */
declare const FILES: Readonly<Record<string, string>>;

/** The folder of the notebook, in which nothing lies. */
const FOLDER = "/notebook";

const folders: ReadonlySet<string> = new Set([FOLDER, ...Object.keys(FILES).flatMap(foldersOf)]);

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at).join("/") || "/");
}

/** Returns the text of a file. @throws Error where there is none */
export function readFileSync(path: string): string {
  const text = FILES[path];
  if (text === undefined) throw new Error(`${path}: a browser has no such file`);
  return text;
}

/** Returns undefined for each file: none of them changes while the kernel runs. */
export function statSync(): undefined {
  return undefined;
}

/** The disk as TypeScript sees it. */
const system: ts.System = {
  args: [],
  newLine: "\n",
  useCaseSensitiveFileNames: true,
  write() {},
  readFile: (path) => FILES[path],
  writeFile() {},
  fileExists: (path) => path in FILES,
  directoryExists: (path) => folders.has(path.replace(/(.)\/$/, "$1")),
  createDirectory() {},
  getExecutingFilePath: () => "/node_modules/typescript/lib/typescript.js",
  getCurrentDirectory: () => FOLDER,
  getDirectories: (path) => {
    const start = path.replace(/\/?$/, "/");
    const below = [...folders].filter((folder) => folder.startsWith(start) && folder.length > start.length);
    return below.map((folder) => folder.slice(start.length)).filter((name) => !name.includes("/"));
  },
  readDirectory: () => [],
  resolvePath: (path) => path,
  watchFile: () => ({ close() {} }),
  exit() {},
};

(ts as unknown as { setSys(system: ts.System): void }).setSys(system);
