/** What the site says of this repository: its files, its version, and where its sources can be read. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT: string = resolve(__dirname, "../../..");

/** The text of a file of this repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The members of package.json that name the version and the one address of the repository. */
interface Manifest {
  readonly version: string;
  readonly repository?: { readonly url?: string };
}

const manifest = JSON.parse(textOf("package.json")) as Manifest;

export const VERSION: string = manifest.version;

/** Where the files of a commit can be read, without their paths; undefined where package.json names no address that there is. */
export function sourceAddress({ repository }: Manifest = manifest): string | undefined {
  const address = /^git\+(https:\/\/(?![^/]*\.invalid\/)[^/]+\/.+)\.git$/.exec(repository?.url ?? "")?.[1];
  return address === undefined ? undefined : `${address}/blob/${revision()}`;
}

/** The commit of this checkout, or where there is no git the tag of the version. */
function revision(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return `v${VERSION}`;
  }
}
