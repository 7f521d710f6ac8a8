import { spawnSync } from "node:child_process";

/** Six hexadecimal digits: a seed stays exact in whatever it is multiplied by. */
const DIGITS = 6;

/**
 * A seed that the tree of `src/` as it was committed last stands for: whoever changes the code draws other problems.
 *
 * @throws Error outside of a checkout.
 */
export function sourceSeed(): number {
  const { stdout, stderr } = spawnSync("git", ["rev-parse", "HEAD:src"], { encoding: "utf8" });
  const hash = stdout?.trim() ?? "";
  if (!/^[0-9a-f]{40,}$/.test(hash)) {
    throw new Error(`a profile draws its seed from the commit of src/, which git does not tell: ${stderr}`);
  }
  return Number.parseInt(hash.slice(0, DIGITS), 16);
}
