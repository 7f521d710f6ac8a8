import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folderNotWritable, kernelNotInstalled } from "./errors";
import { dataFolder, type PlaceOptions } from "./install-command";
import { kernelFolder } from "./kernelspec";

/**
 * Removes the kernelspec, its logo and its snapshot, and returns what to tell about it.
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
  return `Removed the kernel from\n  ${folder}\nThe package itself goes with npm uninstall smooth-edges.\n`;
}
