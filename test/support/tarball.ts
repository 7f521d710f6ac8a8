import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./tracked-files";

/** What a program prints that must succeed; the assertion shows all of it where it does not. */
export function output(folder: string, program: string, ...options: string[]): string {
  const { stdout, stderr, status, error } = spawnSync(program, options, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  assert.equal(status, 0, `${program} ${options.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

const scratchFolders: string[] = [];

/** A folder that is removed when the tests end. */
export function scratchFolder(name: string): string {
  if (scratchFolders.length === 0) {
    process.once("exit", () => {
      for (const folder of scratchFolders) rmSync(folder, { recursive: true, force: true });
    });
  }
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  scratchFolders.push(folder);
  return folder;
}

let packed:
  | {
      readonly path: string;
      readonly size: number;
      readonly unpackedSize: number;
      /** Names of the files in it, relative to the package. */
      readonly files: readonly string[];
    }
  | undefined;

/** What `npm publish` would send, made once from the build as it is. */
export function tarball(): NonNullable<typeof packed> {
  if (packed) return packed;
  const folder = scratchFolder("tarball");
  const told = output(ROOT, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
  const [{ filename, size, unpackedSize, files }] = JSON.parse(told) as [
    { filename: string; size: number; unpackedSize: number; files: { path: string }[] },
  ];
  packed = { path: join(folder, filename), size, unpackedSize, files: files.map(({ path }) => path) };
  return packed;
}
