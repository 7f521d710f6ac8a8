import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { ROOT } from "../root";
import type { Setting, Study } from "../studies/study";
import type { Entry } from "./journal";

/** Where the records of a study come from. */
export interface Manifest {
  readonly study: string;
  readonly title: string;
  readonly setting: Setting;
  readonly tasks: number;
  /** Sum over all tasks, on whatever machines they ran. */
  readonly seconds: number;
  /** The commits whose code computed them; `+` where it had been changed since. */
  readonly commits: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: string;
  /** Of the records' file. */
  readonly sha256: string;
}

export function manifestOf(
  study: Study,
  setting: Setting,
  entries: readonly Entry[],
  records: string,
): Manifest {
  return {
    study: study.name,
    title: study.title,
    setting,
    tasks: entries.length,
    seconds: Math.round(entries.reduce((sum, { seconds }) => sum + seconds, 0)),
    commits: [...new Set(entries.map(({ commit }) => commit))].sort(),
    versions: { "smooth-edges": packageVersion(), node: process.versions.node, v8: process.versions.v8 },
    machine: `${os.cpus().length} x ${os.cpus()[0]?.model.trim() ?? "unknown processor"}, ${os.platform()} ${os.arch()}`,
    sha256: checksumOf(records),
  };
}

export function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The commit that is checked out, with a `+` where files differ from it; "unknown" outside of a checkout. */
export function currentCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const changed = git("status", "--porcelain", "--", "src", "figures/studies") !== "";
    return git("rev-parse", "--short=12", "HEAD") + (changed ? "+" : "");
  } catch {
    return "unknown";
  }
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string }).version;
}
