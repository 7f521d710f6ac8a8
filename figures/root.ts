import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this package, seen from its source and from what is compiled of it alike. */
export const ROOT: string = rootAbove(__dirname);

function rootAbove(folder: string): string {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string };
    if (name === "smooth-edges") return folder;
  } catch {
    // No package begins here.
  }
  if (dirname(folder) === folder) throw new Error("this is not inside of smooth-edges");
  return rootAbove(dirname(folder));
}
