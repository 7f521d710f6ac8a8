/**
 * The files that a browser has. The compiler reads those in memory: the library's declarations, those of the language and of a worker's
 * globals, and what a package of modules brings with it. The records and tables of this repository lie beside the kernel, where a
 * read fetches them.
 */
import { relative, resolve } from "node:path";
import ts from "typescript";
import { fileNotSent, noSuchFile } from "../errors";

/** The texts by their paths, which the bundle puts in. */
declare const FILES: Readonly<Record<string, string>>;

/** The paths in this repository of the files that lie beside the kernel, which the bundle puts in. */
declare const SERVED: readonly string[];

/** The address of the worker's own file. */
declare const location: { readonly href: string };

/** Waits for its answer, which in a worker holds up nobody else. */
declare const XMLHttpRequest: new () => {
  readonly status: number;
  readonly responseText: string;
  open(method: string, address: URL, isAsync: boolean): void;
  send(): void;
};

/** The folder of the notebook, in which lies what the page has written there. */
const FOLDER = "/notebook";

/** The folder of this repository, as notebooks of it see it and as its code does. */
const REPOSITORY = /^\/(?:node_modules\/smooth-edges\/)?/;

const texts: Record<string, string> = { ...FILES };
const folders: Set<string> = new Set([FOLDER]);
addFolders(Object.keys(FILES));

/** The texts that were fetched. */
const fetched = new Map<string, string>();

/** The texts that the page has written, by their paths. */
const written = new Map<string, string>();

/** Writes a file, whose path is taken from the folder of the notebook. */
export function writeFile(path: string, text: string): void {
  written.set(resolve(FOLDER, path), text);
}

/** Returns the names of the files that the page has written, from the folder of the notebook. */
export function writtenNames(): string[] {
  return Array.from(written.keys(), (path) => relative(FOLDER, path));
}

/** Adds files that the compiler reads. */
export function addFiles(files: Readonly<Record<string, string>>): void {
  Object.assign(texts, files);
  addFolders(Object.keys(files));
}

function addFolders(paths: readonly string[]): void {
  for (const path of paths) {
    const parts = path.split("/");
    parts.forEach((_, at) => void folders.add(parts.slice(0, at).join("/") || "/"));
  }
}

/** The path in this repository of a file that a cell or the code of figures names. */
const inRepository = (path: string): string => resolve(FOLDER, path).replace(REPOSITORY, "");

/** Returns the text of a file. @throws Error where there is none */
export function readFileSync(path: string): string {
  const text = written.get(resolve(FOLDER, path)) ?? texts[path] ?? served(inRepository(path));
  if (text === undefined) throw noSuchFile(path);
  return text;
}

function served(name: string): string | undefined {
  const known = fetched.get(name);
  if (known !== undefined || !SERVED.includes(name)) return known;
  const request = new XMLHttpRequest();
  request.open("GET", new URL(`files/${name}`, location.href), false);
  request.send();
  if (request.status !== 200) throw fileNotSent(name, request.status);
  fetched.set(name, request.responseText);
  return request.responseText;
}

/** Whether there is a file. */
export function existsSync(path: string): boolean {
  return written.has(resolve(FOLDER, path)) || path in texts || SERVED.includes(inRepository(path));
}

/** Returns the names in a folder of this repository. */
export function readdirSync(path: string): string[] {
  const start = `${inRepository(path)}/`;
  const below = SERVED.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
  return [...new Set(below.map((name) => name.replace(/\/.*/, "")))];
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
  readFile: (path) => texts[path],
  writeFile() {},
  fileExists: (path) => path in texts,
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
