/** The processes that cells started: they are in the kernel's process group where Jupyter or our runner started the kernel. */
import { readdirSync, readFileSync } from "node:fs";

/** Sends a signal to the kernel and its children; returns false where another process leads the group. */
export function signalGroup(signal: NodeJS.Signals): boolean {
  if (process.platform === "win32") return false;
  try {
    return process.kill(-process.pid, signal);
  } catch {
    return false;
  }
}

/** Says what a signal that a process did not ask for means for its end. */
const CAUSES: Readonly<Record<string, string>> = {
  SIGKILL: "which the system sends where memory is short",
  SIGABRT: "with which Node ends where JavaScript's heap is full",
};

/** Describes how a process ended, such as `exit code 3`. */
export function describeEnd(code: number | null, signal: string | null): string {
  if (signal === null) return `exit code ${code}`;
  return [`signal ${signal}`, CAUSES[signal]].filter(Boolean).join(", ");
}

interface GroupMember {
  readonly id: number;
  readonly parent: number;
}

/** Lists the processes in the kernel's group except the kernel, parents first; none where there is no `/proc`. */
export function groupMembers(): GroupMember[] {
  if (process.platform !== "linux") return [];
  const ids = readdirSync("/proc").map(Number);
  return ids
    .filter((id) => id > 0 && id !== process.pid)
    .sort((one, other) => one - other)
    .flatMap(memberOf);
}

function memberOf(id: number): GroupMember[] {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "latin1");
    // State, parent and group follow the name, which may hold spaces and parentheses.
    const [parent, group] = stat
      .slice(stat.lastIndexOf(")") + 1)
      .split(" ")
      .slice(2)
      .map(Number);
    return parent !== undefined && group === process.pid ? [{ id, parent }] : [];
  } catch {
    // The process has ended meanwhile.
    return [];
  }
}
