import { existsSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { folderNotWritable, kernelNotInstalled } from "../errors";
import { kernelFolder } from "../kernelspec/kernelspec";
import { dataFolder, type PlaceOptions } from "./install-command";

/**
 * Removes the kernelspec, its logo and its cache, and Jupyter's folders around it that are left empty, and returns what to tell about it.
 *
 * @throws {UsageError} when the place is given twice, has no such kernel or cannot be written to
 */
export function uninstallCommand(options: PlaceOptions, env: NodeJS.ProcessEnv = process.env): string {
  const folder = kernelFolder(dataFolder(options, env));
  if (!existsSync(join(folder, "kernel.json"))) throw kernelNotInstalled(folder);
  try {
    rmSync(folder, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw folderNotWritable("smooth-edges kernel uninstall", folder, code);
  }
  removeEmpty(dirname(folder));
  return `Removed the kernel from\n  ${folder}\nThe package itself goes with npm uninstall smooth-edges.\n`;
}

/** Folders that an installation may have made, from the kernel's upwards. */
const MADE = new Set(["kernels", "jupyter", "share"]);

/** A courtesy: folders that cannot be removed stay. */
function removeEmpty(folder: string): void {
  if (!MADE.has(basename(folder))) return;
  try {
    // Refuses one that is not empty.
    rmdirSync(folder);
  } catch {
    return;
  }
  removeEmpty(dirname(folder));
}
