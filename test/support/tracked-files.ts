import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The root of the repository, seen from the emitted test. */
export const ROOT: string = join(__dirname, "../../..");

/** Every file that git tracks or would track, relative to the root; `undefined` outside a repository. */
export function trackedFiles(): string[] | undefined {
  const { status, stdout } = spawnSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) return undefined;
  return stdout.split("\0").filter((path) => path !== "" && existsSync(join(ROOT, path)));
}
