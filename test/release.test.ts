import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./support/tracked-files";

const SCRIPT = join(ROOT, ".ci/release.cjs");

interface Release {
  readonly FILES: readonly string[];
  lackOfAddress(manifest: { repository?: { url?: string } }): string | undefined;
  nextVersion(version: string, part: string): string;
  released(
    texts: Record<string, string>,
    before: string,
    version: string,
    date: string,
  ): Record<string, string>;
}

const { FILES, lackOfAddress, nextVersion, released }: Release = require(SCRIPT);
const texts = (): Record<string, string> =>
  Object.fromEntries(FILES.map((name) => [name, readFileSync(join(ROOT, name), "utf8")]));

/** Every place where a version of ours is stated. */
function versionsIn(files: Record<string, string>): string[] {
  const lock = JSON.parse(files["package-lock.json"]);
  return [
    JSON.parse(files["package.json"]).version,
    lock.version,
    lock.packages[""].version,
    JSON.parse(files["codemeta.json"]).version,
    /^version: (.*)$/m.exec(files["CITATION.cff"])?.[1] ?? "none",
  ];
}

describe("a release", () => {
  it("refuses an option that it does not know, and does nothing", () => {
    const { stdout, status } = spawnSync(process.execPath, [SCRIPT, "minor", "--dryrun"], {
      encoding: "utf8",
    });
    assert.equal(status, 1);
    assert.equal(stdout, "release: options must be --dry-run or none, got --dryrun\n");
  });

  it("refuses to go on without the address of the repository", () => {
    const lackOf = (url?: string): string | undefined => lackOfAddress({ repository: { url } });
    for (const url of [undefined, "", "https://host.org", "git+https://repository.invalid/smooth-edges.git"])
      assert.match(String(lackOf(url)), /^release: repository\.url of package\.json must be the address of/);
    assert.equal(lackOf("git+https://host.org/owner/smooth-edges.git"), undefined);
    const { url } = JSON.parse(texts()["package.json"]).repository;
    if (lackOf(url) === undefined) return;
    const { stdout, status } = spawnSync(process.execPath, [SCRIPT, "minor"], { encoding: "utf8" });
    assert.deepEqual([stdout, status], [`${lackOf(url)}\n`, 1]);
  });

  it("raises the part of the version that semantic versioning says", () => {
    assert.equal(nextVersion("1.2.3", "major"), "2.0.0");
    assert.equal(nextVersion("1.2.3", "minor"), "1.3.0");
    assert.equal(nextVersion("1.2.3", "patch"), "1.2.4");
    assert.throws(() => nextVersion("1.2.3", "huge"), {
      message: 'release: the part to raise must be "major", "minor" or "patch", got "huge"',
    });
  });

  it("finds one version in all files, and leaves another one in all", () => {
    const before = texts();
    const [version, ...others] = versionsIn(before);
    assert.deepEqual(
      others,
      others.map(() => version),
    );
    const once = released(before, version, "7.8.9", "2030-01-02");
    const twice = released(once, "7.8.9", "8.0.0", "2031-02-03");
    assert.deepEqual(new Set(versionsIn(once)), new Set(["7.8.9"]));
    assert.deepEqual(new Set(versionsIn(twice)), new Set(["8.0.0"]));
    assert.match(twice["CITATION.cff"], /^version: 8\.0\.0\ndate-released: 2031-02-03\nlicense/m);
    const headings = [...twice["CHANGELOG.md"].matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    assert.deepEqual(headings.slice(0, 3), ["Unreleased", "8.0.0 - 2031-02-03", "7.8.9 - 2030-01-02"]);
  });

  it("changes nothing as a dry run, and says what it would do", () => {
    const before = texts();
    const { stdout, status } = spawnSync(process.execPath, [SCRIPT, "minor", "--dry-run"], {
      encoding: "utf8",
    });
    assert.equal(status, 0);
    const said = stdout.trimEnd().split("\n");
    for (const step of ["write", "npm test", "npm run check:package", "pack", "commit", "tag"])
      assert.ok(said.some((line) => line.startsWith(`would ${step}`)));
    assert.deepEqual(texts(), before);
  });
});
