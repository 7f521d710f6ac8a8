import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a process has ended: what was killed takes some time to die. */
export async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

/** Whether a process runs; one that has ended and only waits to be collected does not. */
function isAlive(pid: number): boolean {
  if (process.platform === "linux") {
    try {
      // The state stands behind the name, which is in parentheses.
      return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
