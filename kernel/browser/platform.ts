/** The library's platform in this kernel: that of browsers, with the tables that come with the package and those of figures. */

import { filesFor as filesOfBrowsers, warn as warnOfBrowsers } from "../../src/platform/browser";
import type { Files, TextStream } from "../../src/platform/platform";
import { noTableOfPage } from "../errors";
import { readFileSync, writtenNames } from "./files";
import { process } from "./process";

export * from "../../src/platform/browser";

/** The largest number of characters that a text may have in current browsers. */
const MOST_CHARACTERS = 2 ** 29 - 24;

export function filesFor(where: string): Files {
  if (where !== "readCsv") return filesOfBrowsers(where);
  const files: object = {
    mostCharacters: MOST_CHARACTERS,
    read: (path: string): Uint8Array => new TextEncoder().encode(readFileSync(path)),
    // It is asked for a path that cannot be read.
    resolve: (path: string): string => {
      const names = writtenNames();
      if (names.length === 0) return filesOfBrowsers(where).resolve(path);
      throw noTableOfPage(where, path, names);
    },
  };
  return files as Files;
}

const shippedTable = (name: string): string => readFileSync(`/node_modules/smooth-edges/data/${name}.csv`);

export const breastCancerTable = (): string => shippedTable("breast-cancer");
export const diabetesTable = (): string => shippedTable("diabetes");
export const digitsTable = (): string => shippedTable("digits");
export const wineTable = (): string => shippedTable("wine");

/** Shows a warning, unless a cell has removed who is told of them. */
export function warn(message: string, name: string): void {
  if (process.listenerCount("warning") > 0) warnOfBrowsers(message, name);
}

/** Shows nothing: progress has an output of the cell, and a page draws charts itself. */
export function progressStream(): TextStream {
  return { write() {} };
}
