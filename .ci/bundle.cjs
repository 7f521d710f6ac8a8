// Copies into dist what the package contains of others: the files that it needs of packages of which it needs little. There Node
// finds them before a whole package, and a checkout that only the compiler built runs on the whole ones.
const { copyFileSync, mkdirSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const ROOT = join(__dirname, "..");

/** Each package with the folder of `dist` whose code uses it, and the files that are copied beside its package.json. */
const BUNDLED = [
  // The fonts of charts: 2.2 MB of the package's 12.
  {
    name: "dejavu-fonts-ttf",
    into: "src",
    files: ["LICENSE", "ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "ttf/DejaVuSans-Oblique.ttf"],
  },
  // The converter of cells; tslab itself would bring a compiler of its own and a bundler, 48 MB.
  {
    name: "tslab",
    into: "kernel",
    files: ["LICENSE", "dist/converter.js", "dist/public.d.ts", "dist/tspath.js", "dist/util.js"],
  },
];

/** The compiler that the converter asks for by name. The kernel puts TypeScript into its place, so an empty one is enough. */
const FORK = "@tslab/typescript-for-tslab";

function bundle() {
  for (const { name, into, files } of BUNDLED) {
    const folder = join(ROOT, "dist", into, "node_modules", name);
    rmSync(folder, { recursive: true, force: true });
    for (const file of ["package.json", ...files]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      copyFileSync(join(ROOT, "node_modules", name, file), join(folder, file));
    }
  }
  const fork = join(ROOT, "dist/kernel/node_modules", FORK);
  mkdirSync(fork, { recursive: true });
  writeFileSync(
    join(fork, "package.json"),
    JSON.stringify({ name: FORK, version: "5.0.4", main: "index.js" }),
  );
  writeFileSync(join(fork, "index.js"), "");
}

module.exports = { BUNDLED };

if (require.main === module) bundle();
