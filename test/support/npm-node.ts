import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { scratchFolder } from "./tarball";

/** How npm's packages with programs name this system. */
export const SYSTEM: string = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** The folder with the program of the newest Node of a version, from npm; or why npm gives none. */
export function npmNode(version: string): { readonly folder: string } | { readonly lack: string } {
  const folder = scratchFolder(`node-${version}`);
  mkdirSync(join(folder, "node_modules"));
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", `node-${SYSTEM}@${version}`],
    { encoding: "utf8" },
  );
  if (status !== 0)
    return { lack: `npm has no node-${SYSTEM}@${version}: ${stderr.trim().split("\n").at(-1)}` };
  return { folder: join(folder, "node_modules", `node-${SYSTEM}`, "bin") };
}
