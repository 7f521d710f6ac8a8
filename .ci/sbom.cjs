// Prints the bill of materials of what an installation brings, as CycloneDX: `npm run sbom`.
//
// `npm sbom --omit dev` here leaves out what a development package needs too (npm 11.19), so it is asked in
// a copy of the lock file that knows no others.
const { spawnSync } = require("node:child_process");
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { BUNDLED } = require("./bundle.cjs");

const read = (name) => JSON.parse(readFileSync(join(__dirname, "..", name), "utf8"));
const without = ({ devDependencies, ...rest }) => rest;

const lock = read("package-lock.json");
const manifest = read("package.json");

// Packages of which files are in the package are development packages for npm; what they depend on is not in it.
for (const { name } of BUNDLED) {
  const { dev, dependencies, ...entry } = lock.packages[`node_modules/${name}`];
  manifest.dependencies[name] = entry.version;
  lock.packages[`node_modules/${name}`] = entry;
}
const installed = Object.entries(lock.packages).filter(([, { dev }]) => !dev);
const packages = Object.fromEntries(installed.map(([path, entry]) => [path, without(entry)]));

const scratch = mkdtempSync(join(tmpdir(), "sbom-"));
try {
  const folder = join(scratch, manifest.name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify(without(manifest)));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages }));
  const options = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  process.exitCode = spawnSync("npm", options, { cwd: folder, stdio: "inherit" }).status;
} finally {
  rmSync(scratch, { recursive: true });
}
