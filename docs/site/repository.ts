/** What the site says of this repository: its files, its version, and its address where that is known. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT: string = resolve(__dirname, "../../..");

/** The text of a file of this repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
