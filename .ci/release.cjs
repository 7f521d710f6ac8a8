// Everything of a release but its publication: `npm run release -- major|minor|patch [--dry-run]`.
const { spawnSync } = require("node:child_process");
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const ROOT = join(__dirname, "..");
const FILES = ["package.json", "package-lock.json", "CITATION.cff", "codemeta.json", "CHANGELOG.md"];

const say = (line) => process.stdout.write(`${line}\n`);

/** The version after one, as semantic versioning counts. */
function nextVersion(version, part) {
  const [major, minor, patch] = version.split(".").map(Number);
  if (part === "major") return `${major + 1}.0.0`;
  if (part === "minor") return `${major}.${minor + 1}.0`;
  if (part === "patch") return `${major}.${minor}.${patch + 1}`;
  throw new Error(
    `release: the part to raise must be "major", "minor" or "patch", got ${JSON.stringify(part)}`,
  );
}

/** Why the package cannot be published, or `undefined`: its `repository` is the one place that says where the code is, which provenance compares. */
function lackOfAddress(manifest) {
  const address = manifest.repository?.url;
  if (/^git\+https:\/\/(?![^/]*\.invalid\/)[^/]+\/.+\.git$/.test(address ?? "")) return undefined;
  return `release: repository.url of package.json must be the address of the repository, such as "git+https://host.org/owner/smooth-edges.git", got ${JSON.stringify(address)}`;
}

/** The files that name the version, by name, as they are after the release. */
function released(texts, before, version, date) {
  const replaced = (name, old, text) => {
    if (!texts[name].includes(old))
      throw new Error(`release: ${name} must have ${JSON.stringify(old)}, got none`);
    return texts[name].replace(old, text);
  };
  const json = (name) => replaced(name, `"version": "${before}"`, `"version": "${version}"`);
  const lock = json("package-lock.json");
  return {
    "package.json": json("package.json"),
    // Of the lock file's two versions of the package the second is that of its root.
    "package-lock.json": lock.replace(`"version": "${before}"`, `"version": "${version}"`),
    "codemeta.json": json("codemeta.json"),
    "CITATION.cff": replaced(
      "CITATION.cff",
      /^version: .*\n(date-released: .*\n)?/m.exec(texts["CITATION.cff"])?.[0] ?? "version:",
      `version: ${version}\ndate-released: ${date}\n`,
    ),
    "CHANGELOG.md": replaced("CHANGELOG.md", "## Unreleased\n", `## Unreleased\n\n## ${version} - ${date}\n`),
  };
}

function run(program, ...options) {
  const { status } = spawnSync(program, options, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0)
    throw new Error(
      `release: ${program} ${options.join(" ")} failed; git restore . undoes the version, and git reset --soft HEAD~1 before it a commit that was made`,
    );
}

function release(part, dryRun) {
  const texts = Object.fromEntries(FILES.map((name) => [name, readFileSync(join(ROOT, name), "utf8")]));
  const manifest = JSON.parse(texts["package.json"]);
  const lack = lackOfAddress(manifest);
  if (lack !== undefined && !dryRun) throw new Error(lack);
  if (lack !== undefined) say(`would stop here: ${lack}`);
  const before = manifest.version;
  const version = nextVersion(before, part);
  const date = new Date().toISOString().slice(0, 10);
  const after = released(texts, before, version, date);
  const steps = [
    [
      `write ${version} into ${FILES.join(", ")}`,
      () => FILES.map((name) => writeFileSync(join(ROOT, name), after[name])),
    ],
    ["npm test", () => run("npm", "test")],
    ["npm run check:package", () => run("npm", "run", "check:package")],
    [
      `pack build/smooth-edges-${version}.tgz`,
      () => {
        mkdirSync(join(ROOT, "build"), { recursive: true });
        run("npm", "pack", "--ignore-scripts", "--pack-destination", "build");
      },
    ],
    [
      `commit "Release ${version}"`,
      () => run("git", "commit", "--message", `Release ${version}`, "--", ...FILES),
    ],
    [
      `tag v${version}`,
      () => run("git", "tag", "--annotate", `v${version}`, "--message", `Release ${version}`),
    ],
  ];
  const changed = spawnSync("git", ["status", "--porcelain"], { cwd: ROOT, encoding: "utf8" }).stdout;
  if (!dryRun && changed !== "")
    throw new Error(`release: the checkout must have no changes, got\n${changed}`);
  for (const [said, act] of steps) {
    say(dryRun ? `would ${said}` : said);
    if (!dryRun) act();
  }
  say(`then: npm publish build/smooth-edges-${version}.tgz && git push --follow-tags`);
}

module.exports = { FILES, lackOfAddress, nextVersion, released };

if (require.main === module) {
  const [part, ...options] = process.argv.slice(2);
  try {
    const unknown = options.find((option) => option !== "--dry-run");
    if (unknown) throw new Error(`release: options must be --dry-run or none, got ${unknown}`);
    release(part, options.length > 0);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
