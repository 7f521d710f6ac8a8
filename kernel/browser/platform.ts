/** The library's platform in this kernel: that of browsers, with the tables that come with the package. */
import type { TextStream } from "../../src/display/progress-display";
import { filesFor as filesOfBrowsers } from "../../src/platform/browser";
import type { Files } from "../../src/platform/platform";
import { readFileSync } from "./files";

export * from "../../src/platform/browser";

/** The functions that read the package's own tables. */
const LOADERS = ["loadBreastCancer", "loadDiabetes", "loadDigits", "loadWine"];

export function filesFor(where: string): Files {
  if (!LOADERS.includes(where)) return filesOfBrowsers(where);
  const files = {
    shippedTable: (name: string): string => `/node_modules/smooth-edges/data/${name}.csv`,
    read: readFileSync,
  };
  return files as unknown as Files;
}

/** Shows nothing: progress has an output of the cell, and a page draws charts itself. */
export function progressStream(): TextStream {
  return { write() {} };
}
