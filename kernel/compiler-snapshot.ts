/** Makes the start-up snapshot that spares the kernel most of its start. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NODE_FLAGS } from "./kernelspec";
import type { SnapshotInput } from "./snapshot-entry";
import { compilerStamp, nodeTypeRoot } from "./warm-compiler";

/**
 * Writes a snapshot for the Node that runs this, which takes some seconds and 26 MB.
 *
 * @returns why there is none, or undefined when it is there
 */
export function buildCompilerSnapshot(file: string): string | undefined {
  let scratch: string | undefined;
  try {
    // Beside its place: a snapshot cut off in the middle would keep the kernel from starting.
    scratch = mkdtempSync(join(dirname(file), ".snapshot-"));
    const input: SnapshotInput = {
      stamp: compilerStamp(),
      typescript: require.resolve("typescript"),
      typeRoot: nodeTypeRoot(),
      kernel: __dirname,
    };
    const code = readFileSync(join(__dirname, "snapshot-entry.js"), "utf8");
    const entry = join(scratch, "entry.js");
    writeFileSync(
      entry,
      `const module = { exports: {} }; (function (exports) { ${code}\n})(module.exports);\nmodule.exports.fillSnapshot(${JSON.stringify(input)});`,
    );
    const unfinished = join(scratch, "compiler.blob");
    // Not "withoutCodeCache", with which errors of Node 20 that come out of a snapshot have wrong codes.
    const args = [...NODE_FLAGS, "--snapshot-blob", unfinished, "--build-snapshot", entry];
    const { status, stderr, error } = spawnSync(process.execPath, args, { cwd: scratch, encoding: "utf8" });
    if (error) return error.message;
    if (status !== 0) return stderr.trim().split("\n").at(-1);
    renameSync(unfinished, file);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  }
}
